"""The countries that an article tells of. Every sentence here is made up."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage.gazetteer import gazetteer
from pressreview.coverage.placenames import DATA, alpha3, fold, known_codes, prepare
from pressreview.coverage.places import countries_told_of, home_of


def named(text: str, lang: str) -> set[str]:
    """Every country that a text names, whether or not it is told of."""
    return {code for mention in gazetteer(lang).mentions(text) for code in mention.countries[:1]}


# A sentence, and exactly the countries that it names. Inflected forms, adjectives, inhabitants and cities.
INFLECTED = [
    ("en", "Cambodian police freed two Filipinas held in Sihanoukville.", "KHM PHL"),
    ("en", "Britons and a Frenchman were charged in Bangkok.", "GBR FRA THA"),
    ("en", "The U.S. attorney's office said the UK's request was late.", "USA GBR"),
    ("es", "La policía tailandesa detuvo a dos colombianos en Bangkok.", "THA COL"),
    ("es", "Las mujeres venezolanas fueron llevadas a Trinidad y Tobago por redes peruanas.", "VEN TTO PER"),
    ("es", "EE. UU. deportó a tres hondureñas.", "USA HND"),
    ("pt", "Trabalhadores paraguaios e bolivianos foram resgatados em São Paulo.", "PRY BOL BRA"),
    ("pt", "A polícia norte-americana prendeu um tailandês em Lisboa.", "USA THA PRT"),
    ("fr", "Des Nigérianes étaient retenues à Bamako par un passeur ivoirien.", "NGA MLI CIV"),
    ("fr", "Les États-Unis et la Corée du Sud ont signé.", "USA KOR"),
    ("it", "Le ragazze nigeriane arrivavano dalla Libia; arrestati due cinesi a Napoli.", "NGA LBY CHN ITA"),
    (
        "ro",
        "Fetele din Republica Moldova au fost duse în Marea Britanie de un cetățean ucrainean.",
        "MDA GBR UKR",
    ),
    ("ro", "Poliția spaniolă a arestat doi români la Madrid.", "ESP ROU"),
    ("de", "Vietnamesinnen wurden aus Tschechien nach Deutschland gebracht.", "VNM CZE DEU"),
    ("de", "Die US-Regierung und Großbritanniens Polizei ermitteln gegen Rumänen.", "USA GBR ROU"),
    ("nl", "Roemeense vrouwen werden vanuit Hongarije naar Nederland gebracht.", "ROU HUN NLD"),
    ("sv", "Rumänska kvinnor utnyttjades i Sverige och Norge.", "ROU SWE NOR"),
    ("no", "To bulgarske menn er siktet i Oslo etter at thailandske kvinner ble funnet.", "BGR NOR THA"),
    ("da", "Politiet i København anholdt tre rumænere og en polsk mand.", "DNK ROU POL"),
    ("is", "Lögreglan á Íslandi handtók tvo Rúmena.", "ISL ROU"),
    (
        "fi",
        "Nepalilaiset kokit työskentelivät Helsingissä; Thaimaasta tulleita marjanpoimijoita.",
        "NPL FIN THA",
    ),
    ("fi", "Virossa ja Venäjällä tutkitaan suomalaisten epäilyjä.", "EST RUS FIN"),
    ("et", "Eestisse toodud ukrainlased töötasid Lätis.", "EST UKR LVA"),
    ("lv", "Latvijā aizturēti divi Lietuvas pilsoņi, kas upurus veda uz Lielbritāniju.", "LVA LTU GBR"),
    ("lt", "Lietuvoje sulaikyti du ukrainiečiai; merginos vežtos į Vokietiją.", "LTU UKR DEU"),
    (
        "pl",
        "Policja zatrzymała w Warszawie Wietnamczyków; ofiary trafiały do Niemiec i Wielkiej Brytanii.",
        "POL VNM DEU GBR",
    ),
    ("cs", "Vietnamské dělníky zadržovali v Česku, Slováci je vozili do Velké Británie.", "VNM CZE SVK GBR"),
    ("sk", "Slovenské ženy predávali do Veľkej Británie, v Nemecku zadržali Rumuna.", "SVK GBR DEU ROU"),
    (
        "hu",
        "Magyarországról Svájcba vitték a lányokat, egy román férfit Bécsben fogtak el.",
        "HUN CHE ROU AUT",
    ),
    ("sl", "V Sloveniji so prijeli dva Bolgara, ženske so vozili v Italijo.", "SVN BGR ITA"),
    ("hr", "U Hrvatskoj su uhićena dvojica državljana Srbije; žrtve su odvedene u Njemačku.", "HRV SRB DEU"),
    ("bs", "U Sarajevu su uhapšeni državljani Turske koji su žrtve vodili u Bosnu i Hercegovinu.", "BIH TUR"),
    ("sr", "У Београду су ухапшени држављани Кине, а жртве су из Вијетнама.", "SRB CHN VNM"),
    ("sr", "U Srbiji su pronađeni vijetnamski radnici koje je doveo kineski poslodavac.", "SRB VNM CHN"),
    ("mk", "Во Скопје беа приведени двајца албански државјани; жртвите се од Србија.", "MKD ALB SRB"),
    ("bg", "Българки били водени в Германия, а двама румънци са арестувани в София.", "BGR DEU ROU"),
    (
        "ru",
        "В Таиланде освободили граждан Узбекистана, вербовщик-россиянин бежал в Камбоджу.",
        "THA UZB RUS KHM",
    ),
    ("ru", "Молдаванок вывозили в Турцию и Объединённые Арабские Эмираты.", "MDA TUR ARE"),
    (
        "uk",
        "Українок вивозили до Польщі та Німеччини, в Одесі затримано громадянина Туреччини.",
        "UKR POL DEU TUR",
    ),
    ("el", "Στην Ελλάδα συνελήφθησαν δύο Βούλγαροι και ένας Αλβανός.", "GRC BGR ALB"),
    ("el", "Γυναίκες από τη Νιγηρία οδηγούνταν στην Τουρκία.", "NGA TUR"),
    ("sq", "Policia e Shqipërisë arrestoi dy shtetas të Kosovës në Tiranë.", "ALB XKX"),
    ("tr", "Türkiye'den Suriye'ye giden Özbek kadınlar Almanya'da bulundu.", "TUR SYR UZB DEU"),
    ("az", "Azərbaycanda saxlanılan iki nəfər qadınları Türkiyəyə aparırdı.", "AZE TUR"),
    ("ka", "თბილისში დააკავეს თურქეთის მოქალაქე, უზბეკეთიდან ჩამოყვანილი ქალები.", "GEO TUR UZB"),
    ("hy", "Հայաստանից կանանց տանում էին Թուրքիա և Ռուսաստան։", "ARM TUR RUS"),
    ("kk", "Қазақстаннан Ресейге апарылған қыздар Өзбекстанда табылды.", "KAZ RUS UZB"),
    ("ar", "اعتقلت الشرطة في تونس مهربين ليبيين ونقلت الضحايا إلى بالمغرب وللجزائر.", "TUN LBY MAR DZA"),
    ("ar", "عاملات فلبينيات في السعودية والكويت", "PHL SAU KWT"),
    ("he", "שוטרים בתל אביב עצרו אזרח אוקראיני; הנשים הובאו מאוזבקיסטן דרך מצרים.", "ISR UKR UZB EGY"),
    ("fa", "پلیس ایران قاچاقچیان افغان را که قربانیان را به ترکیه می‌بردند دستگیر کرد.", "IRN AFG TUR"),
    (
        "ur",
        "ایف آئی اے نے لاہور میں انسانی سمگلر گرفتار کیا جو لوگوں کو لیبیا اور یونان بھیجتا تھا۔",
        "PAK LBY GRC",
    ),
    ("ps", "د افغانستان ماشومان پاکستان ته وړل کیږي.", "AFG PAK"),
    ("ku", "پۆلیسی هەولێر دوو هاووڵاتی تورکیا دەستگیر کرد.", "IRQ TUR"),
    ("hi", "नेपाली लड़कियों को दिल्ली से सऊदी अरब भेजा जाता था।", "NPL IND SAU"),
    ("ne", "काठमाडौँबाट भारतको बाटो हुँदै कुवेतमा पठाइएका नेपाली महिला।", "NPL IND KWT"),
    ("mr", "नेपाळमधून मुंबईत आणलेल्या मुलींची सुटका.", "NPL IND"),
    ("bn", "বাংলাদেশি নারীদের ভারতে পাচার করা হতো; লিবিয়ায় তিনজন আটক।", "BGD IND LBY"),
    ("as", "গুৱাহাটীৰ পৰা হাৰিয়ানালৈ নিয়া কিশোৰীসকল বাংলাদেশৰ নহয়।", "IND BGD"),
    ("ta", "இலங்கையிலிருந்து மலேசியாவுக்கு அனுப்பப்பட்ட பெண்கள் சென்னையில் மீட்பு.", "LKA MYS IND"),
    ("si", "මියන්මාරයේ රඳවා සිටි ශ්‍රී ලාංකිකයන් තායිලන්තයට.", "MMR LKA THA"),
    ("th", "ตำรวจไทยช่วยหญิงลาวและชาวเมียนมาจากปอยเปต", "THA LAO MMR KHM"),
    ("lo", "ແມ່ຍິງລາວຖືກສົ່ງໄປປະເທດໄທ ແລະ ຈີນ", "LAO THA CHN"),
    ("km", "ប៉ូលិសភ្នំពេញ បានចាប់ជនជាតិចិន ដែលនាំពលករវៀតណាម", "KHM CHN VNM"),
    ("my", "ထိုင်းရဲက မြန်မာအမျိုးသမီးများကို ကယ်တင်", "THA MMR"),
    ("vi", "Công an Hà Nội bắt người đưa phụ nữ sang Trung Quốc và Campuchia.", "VNM CHN KHM"),
    ("vi", "Mỹ và Pháp hỗ trợ, cảnh sát Anh điều tra.", "USA FRA GBR"),
    ("id", "Polda Jawa Barat menangkap perekrut yang mengirim TKI ke Kamboja dan Arab Saudi.", "IDN KHM SAU"),
    ("ms", "PDRM menyelamatkan wanita Thailand di Johor Bahru; rakyat Bangladesh ditahan.", "MYS THA BGD"),
    ("tl", "Nasagip sa Maynila ang mga Pilipina na dadalhin sana sa Amerika.", "PHL USA"),
    ("zh", "云南警方在缅甸解救被骗的中国人,两名泰国人被捕。", "CHN MMR THA"),
    ("zh", "香港少女被騙到柬埔寨,台灣人在美國被捕。", "HKG KHM TWN USA"),
    ("ja", "警視庁はタイ人女性を働かせた疑いで、インドネシア国籍の男を逮捕した。", "JPN THA IDN"),
    ("ko", "캄보디아에서 감금된 한국인들이 베트남으로 옮겨졌다.", "KHM KOR VNM"),
    (
        "sw",
        "Polisi nchini Kenya wamewakamata Watanzania wawili; wasichana walipelekwa Uarabuni, Oman.",
        "KEN TZA OMN",
    ),
    ("ha", "An kama 'yan Najeriya biyu a Nijar da ke safarar mata zuwa Saudiyya.", "NGA NER SAU"),
    ("yo", "Wọ́n kó àwọn ọmọbìnrin láti Nàìjíríà lọ sí Ghana àti Lìbíà.", "NGA GHA"),
    ("ig", "E buru ụmụ agbọghọ si Legọs gaa Libya na Ịtali.", "NGA LBY ITA"),
    ("am", "ኢትዮጵያውያን ሴቶች በሳዑዲ አረቢያ እና በየመን ታሰሩ።", "ETH SAU YEM"),
    ("ti", "ኤርትራውያን ስደተኛታት ኣብ ሊብያን ሱዳንን ተታሒዞም።", "ERI LBY SDN"),
    ("om", "Dubartoonni Itoophiyaa Keeniyaatti qabaman.", "ETH KEN"),
    (
        "so",
        "Booliiska Muqdisho ayaa qabtay laba nin oo Itoobiyaan ah; waxay u wadeen Sacuudiga.",
        "SOM ETH SAU",
    ),
    ("rw", "Polisi y'u Rwanda yafashe Umurundi wajyanaga abakobwa muri Uganda.", "RWA BDI UGA"),
    ("rn", "Abarundi bajanwa mu Bushinwa no muri Tanzaniya, mu Rwanda naho barafashwe.", "BDI CHN TZA RWA"),
    (
        "sn",
        "Mapurisa emuZimbabwe akasunga murume aitengesa vasikana kuSouth Africa nekuKuwait.",
        "ZWE ZAF KWT",
    ),
    ("zu", "Amaphoyisa aseThekwini abophe owaseZimbabwe nabantu baseNigeria.", "ZAF ZWE NGA"),
    ("xh", "Amapolisa eMzantsi Afrika abambe indoda yaseNigeria eMonti.", "ZAF NGA"),
    ("lg", "Poliisi mu Kampala ekutte abakukusa abaana mu Kenya ne Oman.", "UGA KEN OMN"),
    ("ln", "Bapolisi ya Kinshasa bakangi bato oyo bazalaki kotinda basi na Angola.", "COD AGO"),
    ("pcm", "Police for Lagos don catch pesin wey dey carry girls go Libya.", "NGA LBY"),
    ("af", "Die polisie in Pretoria het 'n Nigeriër en twee Sjinese mans in hegtenis geneem.", "ZAF NGA CHN"),
    ("ca", "Els Mossos detenen dos romanesos a Barcelona.", "ESP ROU"),
    ("gl", "A policía detivo en Vigo a unha muller brasileira.", "ESP BRA"),
    ("be", "Беларусак вывозілі ў Польшчу і Германію.", "BLR POL DEU"),
    ("te", "హైదరాబాద్‌లో బంగ్లాదేశ్ మహిళలను రక్షించారు.", "IND BGD"),
    ("mg", "Vehivavy malagasy nalefa tany Koweït sy Libanona.", "MDG KWT LBN"),
    ("zh", "香港警方話有人畀人呃咗去緬甸。", "HKG MMR"),
    ("uz", "Toshkentda Turkiyaga qizlarni jo'natgan ayol ushlandi.", "UZB TUR"),
]


@pytest.mark.parametrize(("lang", "sentence", "expected"), INFLECTED)
def test_inflected_names_demonyms_and_cities_are_found(lang: str, sentence: str, expected: str) -> None:
    assert named(sentence, lang) == set(expected.split())


TRAPS = [
    ("en", "The turkey was served cold.", ""),
    ("en", "Turkey closed its border.", "TUR"),
    ("en", "They told us to wait; contact us.", ""),
    ("en", "The US closed its border.", "USA"),
    ("en", "CONTACT US NOW FOR MORE HELP", ""),
    ("en", "Michael Jordan scored; Chad Smithers was charged.", ""),
    ("en", "Syrians crossed into Jordan and from Chad into Niger.", "SYR JOR TCD NER"),
    ("en", "He was arrested in Guinea-Bissau.", "GNB"),
    ("en", "He was arrested in Equatorial Guinea.", "GNQ"),
    ("en", "He was arrested in Papua New Guinea.", "PNG"),
    ("en", "He was arrested in Guinea.", "GIN"),
    ("en", "Police in Niger freed them.", "NER"),
    ("en", "Police in Nigeria freed them.", "NGA"),
    ("en", "Police in Niger State freed them.", "NGA"),
    ("en", "Fighting in South Sudan went on.", "SSD"),
    ("en", "Fighting in Sudan went on.", "SDN"),
    ("en", "North Korea sent workers; South Korean firms did not.", "PRK KOR"),
    ("en", "A court in New Mexico ruled.", "USA"),
    ("en", "Police in the Democratic Republic of the Congo and in the Republic of the Congo met.", "COD COG"),
    ("en", "Taiwanese and Hong Kong suspects were flown to mainland China.", "TWN HKG CHN"),
    ("en", "American Samoa is far from Samoa.", "ASM WSM"),
    ("en", "Jersey City police", ""),
    ("en", "The Dominican Republic is not Dominica.", "DOM DMA"),
    ("en", "The Mission Indians held a meeting.", ""),
    ("en", "She spoke at South America House on Latin American music.", ""),
    ("en", "The Istanbul Convention and the Palermo Protocol apply.", ""),
    ("es", "Hubo una reunión en la panamá de paja.", ""),
    ("es", "Reunión de ministros con Guadalupe Hernández.", ""),
    ("pt", "Os serviços prestados pelo senhor José Lima Barreto foram caros e ele pagou.", ""),
    ("fr", "Il est né en 1980, nigérien.", "NER"),
    ("fr", "Il est né en 1980, nigérian.", "NGA"),
    ("it", "Francesco e Francesca sono a casa.", ""),
    ("ru", "Того, кто это сделал, ищут; маленький мальчик получил кубок.", ""),
    ("ru", "Самой большой проблемой остаются чадо и перун.", ""),
    ("pl", "W Nigerii", "NGA"),
    ("pl", "W Nigrze", "NER"),
    ("hu", "Dániel azt mondta, beteg lett.", ""),
    ("tr", "Maliye Bakanlığı mali yardımı açıkladı.", ""),
    ("tr", "Mali'de çatışma", "MLI"),
    ("ro", "Domnul Iordan a plecat.", ""),
    ("sl", "Samo dva sta ostala.", ""),
    ("ar", "وزارة المالية والشؤون الرياضية", ""),
    ("fa", "کمک مالی روز دوشنبه با چک پرداخت شد", ""),
    ("bn", "আসামি পলাতক", ""),
    ("th", "สภากาชาด", ""),
    ("ko", "범죄인 인도 조약에 따라 인도적 지원", ""),
    ("ja", "ネクタイとインドア", ""),
    ("vi", "Ông Nguyễn Việt Anh mặc áo mới theo pháp luật.", ""),
    ("id", "As saya lima.", ""),
    ("xh", "Imali yakhe.", ""),
    ("de", "Das Essen war gut; Meerschweinchen.", ""),
    ("el", "Το ελληνικό", "GRC"),
]


@pytest.mark.parametrize(("lang", "sentence", "expected"), TRAPS)
def test_words_that_look_like_names_are_told_apart(lang: str, sentence: str, expected: str) -> None:
    assert named(sentence, lang) == set(expected.split())


def test_the_main_country_comes_first() -> None:
    told = countries_told_of(
        "Cambodia frees Vietnamese workers",
        "Police in Phnom Penh said on Monday that 40 workers from Vietnam were freed. Cambodia will try two.",
        lang="en",
    )
    assert told == ("KHM", "VNM")


def test_a_country_named_once_at_the_end_of_a_long_text_is_not_told_of() -> None:
    body = "Police in Kenya freed the women. " + "The women were kept in a house near the market. " * 60
    assert countries_told_of(
        "Kenya police free women", body + "A similar case is known from Peru.", lang="en"
    ) == ("KEN",)


def test_a_second_country_in_the_headline_is_told_of() -> None:
    told = countries_told_of("Nigerian women found in Italy", "Police in Naples arrested two men.", lang="en")
    assert set(told) == {"NGA", "ITA"}


def test_an_office_abroad_does_not_make_a_country_told_of() -> None:
    body = "The US embassy and the U.S. State Department praised the police of Ghana. Accra's court sat."
    assert countries_told_of("Ghana court jails trafficker", body, lang="en") == ("GHA",)


def test_a_dateline_names_the_country() -> None:
    assert countries_told_of("", "BANGKOK (AP) - Police freed eleven women on Tuesday.", lang="en") == (
        "THA",
    )
    assert countries_told_of("", "NAIROBI, 3 May. Four men were charged.", lang="en") == ("KEN",)


def test_local_news_that_names_no_country_tells_of_the_outlets_country() -> None:
    text = "Police said the house near the harbour was raided at night."
    assert countries_told_of("Brothel raided", text, lang="en", outlet_country="TTO") == ("TTO",)
    assert countries_told_of("Brothel raided", text, lang="en") == ()


def test_the_outlets_country_is_a_weak_prior() -> None:
    text = "Police in Colombia freed the girls. The Colombian prosecutor charged two men in Bogotá."
    assert countries_told_of("Girls freed in Colombia", text, lang="en", outlet_country="GBR") == ("COL",)


def test_a_service_in_another_countrys_language_has_its_home_there() -> None:
    assert home_of("yo", "GBR") == "NGA"
    assert home_of("ar", "GBR") == ""
    assert home_of("en", "THA") == "THA"
    assert home_of("fr", "CMR") == "CMR"
    assert home_of("fi", "") == "FIN"
    assert home_of("es", "") == ""
    assert home_of("xx", "nonsense") == ""


def test_a_name_with_two_meanings_goes_to_the_country_told_of_otherwise() -> None:
    assert countries_told_of(
        "", "Georgia's governor spoke in Atlanta about Savannah, Georgia.", lang="en"
    ) == ("USA",)
    assert countries_told_of("", "Georgia's parliament met in Tbilisi.", lang="en") == ("GEO",)
    assert countries_told_of("", "Koreans from Pyongyang", lang="en") == ("PRK",)
    assert countries_told_of("", "The Congolese army left Brazzaville.", lang="en") == ("COG",)


def test_english_names_serve_where_a_language_has_no_table() -> None:
    assert countries_told_of("", "Nei Kuwait, nei Kenya.", lang="qaa") == ("KEN", "KWT")


def test_kosovo_has_its_code() -> None:
    assert countries_told_of("", "Policia e Kosovës", lang="sq") == ("XKX",)


TABLES = sorted(path.stem for path in DATA.glob("*.yaml"))


@pytest.mark.parametrize("lang", TABLES)
def test_every_table_is_sound(lang: str) -> None:
    keys = {"also", "spaces", "prefixes", "endings", "adjectives", "strip", "inner_capitals", "exact_cities"}
    keys |= {"cldr", "not_cldr", "persons", "countries", "places", "weak", "ignore"}
    raw = yaml.safe_load((DATA / f"{lang}.yaml").read_text(encoding="utf-8"))
    assert set(raw) <= keys
    assert set(raw.get("also", ())) <= set(TABLES)
    for section in ("countries", "places", "weak"):
        for codes, patterns in raw.get(section, {}).items():
            assert set(codes.split()) <= known_codes(), codes
            assert patterns, codes
            assert all(isinstance(pattern, str) and pattern.strip("*! ") for pattern in patterns), patterns
    for key in ("prefixes", "endings", "adjectives", "strip"):
        re.compile(raw.get(key, ""))


MAIN = [
    "AF",
    "AL",
    "DZ",
    "AO",
    "AR",
    "AM",
    "AU",
    "AT",
    "AZ",
    "BD",
    "BY",
    "BE",
    "BR",
    "BG",
    "BF",
    "KH",
    "CM",
    "CA",
    "CN",
    "CO",
    "CI",
    "HR",
    "CU",
    "CY",
    "CZ",
    "DK",
    "DO",
    "EC",
    "EG",
    "SV",
    "ER",
    "EE",
    "ET",
    "FI",
    "FR",
    "GE",
    "DE",
    "GH",
    "GR",
    "GT",
    "HT",
    "HN",
    "HU",
    "IN",
    "ID",
    "IR",
    "IQ",
    "IE",
    "IL",
    "IT",
    "JP",
    "JO",
    "KZ",
    "KE",
    "XK",
    "KW",
    "KG",
    "LA",
    "LV",
    "LB",
    "LY",
    "LT",
    "MG",
    "MW",
    "MY",
    "MX",
    "MD",
    "MN",
    "MA",
    "MZ",
    "MM",
    "NA",
    "NP",
    "NL",
    "NG",
    "NO",
    "PK",
    "PS",
    "PA",
    "PG",
    "PY",
    "PH",
    "PL",
    "PT",
    "QA",
    "RO",
    "RU",
    "RW",
    "SA",
    "SN",
    "RS",
    "SG",
    "SK",
    "SI",
    "SO",
    "ZA",
    "KR",
    "SS",
    "ES",
    "LK",
    "SE",
    "CH",
    "SY",
    "TW",
    "TJ",
    "TZ",
    "TH",
    "TN",
    "TR",
    "UG",
    "UA",
    "AE",
    "GB",
    "US",
    "UY",
    "UZ",
    "VE",
    "VN",
    "YE",
    "ZM",
    "ZW",
]


@pytest.mark.parametrize("lang", TABLES)
def test_the_main_countries_are_found_by_their_cldr_names(lang: str) -> None:
    raw = yaml.safe_load((DATA / f"{lang}.yaml").read_text(encoding="utf-8"))
    names = Locale.parse(lang).territories
    missing = []
    for code in MAIN:
        name = re.sub(r"\s*[（(].*", "", names.get(code, ""))
        found = {country for mention in gazetteer(lang).mentions(name) for country in mention.countries}
        if name and " - " not in name and code not in raw.get("not_cldr", ()) and alpha3()[code] not in found:
            missing.append(name)
    assert not missing


def test_at_least_sixty_languages_have_a_table() -> None:
    assert len(TABLES) >= 60


@pytest.mark.parametrize("lang", TABLES)
def test_no_table_lists_a_country_twice(lang: str) -> None:
    text = (DATA / f"{lang}.yaml").read_text(encoding="utf-8")
    section, seen = "", set()
    for line in text.splitlines():
        if re.match(r"\w+:", line):
            section = line
        elif match := re.match(r"  ([A-Z]{3}(?: [A-Z]{3})*):", line):
            assert (section, match.group(1)) not in seen, match.group(1)
            seen.add((section, match.group(1)))


@given(
    st.text(max_size=300),
    st.text(max_size=60),
    st.sampled_from([*TABLES, "und", "", "qaa", "../x", "zh-Hant"]),
)
@settings(deadline=None, max_examples=300)
def test_never_fails_and_gives_known_codes_each_once(text: str, title: str, lang: str) -> None:
    told = countries_told_of(title, text, lang=lang)
    assert set(told) <= known_codes()
    assert len(set(told)) == len(told)
    assert countries_told_of(title, text, lang=lang) == told


@given(st.text(max_size=200))
@settings(deadline=None)
def test_folding_keeps_the_length(text: str) -> None:
    prepared = prepare(text)
    assert len(fold(prepared)) == len(prepared)


@given(st.lists(st.sampled_from([row[1] for row in INFLECTED]), max_size=4), st.sampled_from(TABLES))
@settings(deadline=None, max_examples=100)
def test_mentions_are_in_order_and_do_not_overlap(sentences: list[str], lang: str) -> None:
    mentions = gazetteer(lang).mentions("\n".join(sentences))
    assert all(one.end <= two.start for one, two in itertools.pairwise(mentions))


def test_threads_give_the_same_answers() -> None:
    rows = INFLECTED * 3
    alone = [countries_told_of("", text, lang=lang) for lang, text, _ in rows]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: countries_told_of("", row[1], lang=row[0]), rows))
    assert together == alone


def test_a_huge_text_is_read_in_part() -> None:
    assert countries_told_of("", "Kenya " + "x " * 2_000_000 + "Peru", lang="en") == ("KEN",)
