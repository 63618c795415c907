"""Settings, read from the environment (`PRESSREVIEW_*`) with defaults that are polite and safe."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import ConfigError

PACKAGE_DIR = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """Every setting, its default and what it is for. docs/settings.md is tested against this class."""

    model_config = SettingsConfigDict(env_prefix="PRESSREVIEW_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for the default store and for run folders.")
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the store; by default SQLite at DATA_DIR/pressreview.sqlite.",
    )
    model: Path = Field(
        PACKAGE_DIR / "classifiers" / "bundle", description="Folder of the model bundle in service."
    )
    feeds: Path = Field(PACKAGE_DIR / "feeds.yaml", description="The file of outlets and their feeds.")
    output_dir: Path = Field(Path("out"), description="Folder that reports are written to, a folder a year.")
    contact: str = Field(
        "",
        description="E-mail or URL of the people who run the crawler; stands in the User-Agent. "
        "`collect` asks for it before it fetches anything beyond this machine.",
    )
    concurrency_per_domain: int = Field(2, ge=1, le=16, description="Connections to one domain at a time.")
    concurrency: int = Field(32, ge=1, le=512, description="Connections in all.")
    download_delay: float = Field(
        1.0, ge=0, description="Seconds between two requests to one domain, before AutoThrottle."
    )
    timeout: float = Field(30.0, gt=0, description="Seconds after which a fetch is given up.")
    max_bytes: int = Field(
        10 * 2**20, ge=1024, description="Bytes of a page or feed, unpacked, beyond which it is refused."
    )
    obey_robots: bool = Field(True, description="Obey robots.txt. Turn off only for your own servers.")
    allow_private_addresses: bool = Field(
        False, description="Fetch from loopback and private addresses (tests and examples only)."
    )
    private_hosts: str = Field(
        "",
        description="Hosts on private networks that may be fetched from, separated by commas: "
        "your own feed bridge, for one.",
    )
    proxy: str = Field("", description="URL of an HTTP proxy that every fetch goes through; by default none.")
    threads: int = Field(0, ge=0, description="Threads of the classifier; 0 takes every core.")

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'pressreview.sqlite'}"


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigError: a variable holds a value that does not fit; names the variable and the mend.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "PRESSREVIEW_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(
            f"the environment variable {name} holds {first.get('input')!r}: {first['msg']}",
            mend=f"Set {name} to a value that fits (docs/settings.md), or unset it",
        ) from error
