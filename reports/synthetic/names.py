"""Names of institutions, people and projects that exist nowhere, the same ones for the same random numbers."""

from itertools import product

from django.utils.text import slugify

# Beginnings, middles and ends of towns, in Latin and in Cyrillic letters.
BEGINNINGS = (
    *(("Vel", "Вел"), ("Tar", "Тар"), ("Nor", "Нор"), ("Mir", "Мир"), ("Sel", "Сел"), ("Kav", "Кав"), ("Dor", "Дор")),
    *(("Lun", "Лун"), ("Bel", "Бел"), ("Zar", "Зар"), ("Ost", "Ост"), ("Ram", "Рам"), ("Tel", "Тел"), ("Gar", "Гар")),
    *(("Sil", "Сил"), ("Ver", "Вер"), ("Kor", "Кор"), ("Mel", "Мел"), ("Tur", "Тур"), ("Ard", "Ард"), ("Fen", "Фен")),
    *(("Hal", "Хал"), ("Lor", "Лор"), ("Pal", "Пал"), ("Ish", "Иш")),
)
MIDDLES = (
    *(("amar", "амар"), ("even", "евен"), ("odal", "одал"), ("irin", "ирин"), ("ulod", "улод"), ("akes", "акес")),
    *(("itor", "итор"), ("evis", "евис"), ("onam", "онам"), ("ugol", "угол"), ("abir", "абир"), ("isen", "исен")),
    *(("otam", "отам"), ("elir", "елир"), ("uzan", "узан"), ("afal", "афал"), ("imor", "имор"), ("enis", "енис")),
    *(("orav", "орав"), ("ukil", "укил")),
)
ENDS = (
    *(("a", "а"), ("o", "о"), ("en", "ен"), ("ia", "ия"), ("burg", "бург"), ("grad", "град"), ("ton", "тон")),
    *(("ino", "ино"), ("este", "есте"), ("abad", "абад"), ("ville", "виль"), ("heim", "гейм")),
)
INSTITUTIONS = (
    ("University of {}", "Университет города {}", "Донишгоҳи шаҳри {}"),
    ("{} State University", "Государственный университет города {}", "Донишгоҳи давлатии {}"),
    ("{} Technical University", "Технический университет города {}", "Донишгоҳи техникии {}"),
    ("{} University of Economics", "Экономический университет города {}", "Донишгоҳи иқтисодии {}"),
    ("{} Academy of Tourism", "Академия туризма города {}", "Академияи сайёҳии {}"),
    ("{} Institute of Management", "Институт управления города {}", "Донишкадаи идораи {}"),
    ("{} Pedagogical University", "Педагогический университет города {}", "Донишгоҳи омӯзгории {}"),
    ("Free University of {}", "Свободный университет города {}", "Донишгоҳи озоди {}"),
)
TOWNS = tuple(
    ("".join(part[0] for part in parts), "".join(part[1] for part in parts))
    for parts in product(BEGINNINGS, MIDDLES, ENDS)
)
FIRST_NAMES = ("Adela", "Bahrom", "Chiara", "Daler", "Elif", "Farida", "Goran", "Hanna", "Ilyas", "Jurga", "Kamila")
FIRST_NAMES += ("Lola", "Marek", "Nigora", "Olim", "Parvina", "Rustam", "Sitora", "Tomas", "Umeda", "Vera", "Zafar")
THEMES = ("Sustainable Tourism", "Digital Trade", "Green Finance", "Quality Assurance", "Rural Entrepreneurship")
THEMES += ("Food Safety", "Regional Logistics", "Open Education", "Energy Saving", "Language Teaching")
AIMS = ("Skills for {}", "Curricula in {}", "{} Network", "Modern {}", "{} for Mountain Regions", "Centre for {}")


def institutions(random, number):
    """Return ``number`` different institutions as dicts of ``name_en name_ru name_tg city city_ru``."""
    combinations = len(INSTITUTIONS) * len(TOWNS)
    chosen = []
    for place in random.sample(range(max(combinations, number)), number):
        (latin, cyrillic), again = TOWNS[place // len(INSTITUTIONS) % len(TOWNS)], place // combinations
        town = f"{latin} {again + 1}" if again else latin
        town_ru = f"{cyrillic} {again + 1}" if again else cyrillic
        in_english, in_russian, in_tajik = INSTITUTIONS[place % len(INSTITUTIONS)]
        chosen.append(
            {
                "name_en": in_english.format(town),
                "name_ru": in_russian.format(town_ru),
                "name_tg": in_tajik.format(town_ru),
                "city": town,
            }
        )
    return chosen


def person(random):
    """Return the name and the e-mail address of somebody who does not exist."""
    name = f"{random.choice(FIRST_NAMES)} {random.choice(TOWNS)[0]}ov"
    return name, f"{slugify(name)}@example.org"


def people(random, number):
    return [person(random) for _ in range(number)]


def project_title(random):
    return random.choice(AIMS).format(random.choice(THEMES))
