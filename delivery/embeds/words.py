"""What embeds say in the reader's language, beside the content; dates and names of languages are Babel's (CLDR)."""

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

Words = dict[str, str]
DEFAULT = "en"
WORDS: dict[str, Words] = {
    "en": {
        "accepting": "Accepts new patients",
        "anesthesia": "Anesthesia",
        "appointment": "Make an appointment",
        "by": "By",
        "certified": "Board certifications",
        "comma": ", ",
        "correction": "Correction",
        "day": "Day",
        "days_before": "days before",
        "disclaimer": "Disclaimer",
        "disclosures": "Disclosures",
        "duration": "Duration, in minutes",
        "education": "Education",
        "emergency": "Emergency",
        "followup": "Afterwards",
        "from": "From",
        "gone": "This page is not available at the moment.",
        "gone_why": "It may have been moved or withdrawn. The publisher's site has what is current.",
        "help": "When to seek help",
        "hospital_stay": "Hospital stay, in days",
        "hospitals": "Hospitals",
        "how": "What happens",
        "languages": "Languages",
        "later": "Please try again in a moment.",
        "license": "Licence",
        "locations": "Where",
        "more": "Read it on the publisher's site",
        "not_accepting": "Takes no new patients at the moment",
        "not_reviewed": "Medical review: none yet",
        "preparation": "Preparation",
        "read": "I have read this",
        "recovery": "Recovery",
        "reviewed": "Last reviewed",
        "reviewers": "Medically reviewed by",
        "risks": "Risks",
        "routine": "At your next visit",
        "serious": "serious",
        "updated": "Updated",
        "urgent": "Urgent",
    },
    "es": {
        "accepting": "Acepta pacientes nuevos",
        "anesthesia": "Anestesia",
        "appointment": "Pedir una cita",
        "by": "Por",
        "certified": "Certificaciones",
        "comma": ", ",
        "correction": "Corrección",
        "day": "Día",
        "days_before": "días antes",
        "disclaimer": "Aviso",
        "disclosures": "Declaración de intereses",
        "duration": "Duración, en minutos",
        "education": "Formación",
        "emergency": "Emergencia",
        "followup": "Después",
        "from": "De",
        "gone": "Esta página no está disponible en este momento.",
        "gone_why": "Puede haberse trasladado o retirado. El sitio de la editorial tiene lo vigente.",
        "help": "Cuándo pedir ayuda",
        "hospital_stay": "Estancia en el hospital, en días",
        "hospitals": "Hospitales",
        "how": "Qué ocurre",
        "languages": "Idiomas",
        "later": "Inténtelo de nuevo en un momento.",
        "license": "Licencia",
        "locations": "Dónde",
        "more": "Leer en el sitio de la editorial",
        "not_accepting": "No acepta pacientes nuevos en este momento",
        "not_reviewed": "Revisión médica: todavía ninguna",
        "preparation": "Preparación",
        "read": "Lo he leído",
        "recovery": "Recuperación",
        "reviewed": "Última revisión",
        "reviewers": "Revisión médica de",
        "risks": "Riesgos",
        "routine": "En su próxima visita",
        "serious": "grave",
        "updated": "Actualizado",
        "urgent": "Urgente",
    },
    "ar": {
        "accepting": "يستقبل مرضى جددًا",
        "anesthesia": "التخدير",
        "appointment": "حجز موعد",
        "by": "بقلم",
        "certified": "شهادات الاختصاص",
        "comma": "، ",
        "correction": "تصحيح",
        "day": "اليوم",
        "days_before": "أيام قبل ذلك",
        "disclaimer": "تنويه",
        "disclosures": "الإفصاحات",
        "duration": "المدة بالدقائق",
        "education": "التعليم",
        "emergency": "حالة طارئة",
        "followup": "بعد ذلك",
        "from": "من",
        "gone": "هذه الصفحة غير متاحة حاليًا.",
        "gone_why": "ربما نُقلت أو سُحبت. تجدون المعلومات الحالية في موقع الناشر.",
        "help": "متى تطلب المساعدة",
        "hospital_stay": "الإقامة في المستشفى بالأيام",
        "hospitals": "المستشفيات",
        "how": "ما الذي يحدث",
        "languages": "اللغات",
        "later": "يرجى المحاولة مرة أخرى بعد قليل.",
        "license": "الترخيص",
        "locations": "المكان",
        "more": "القراءة في موقع الناشر",
        "not_accepting": "لا يستقبل مرضى جددًا حاليًا",
        "not_reviewed": "المراجعة الطبية: لم تتم بعد",
        "preparation": "التحضير",
        "read": "قرأت هذا",
        "recovery": "التعافي",
        "reviewed": "آخر مراجعة",
        "reviewers": "راجعه طبيًا",
        "risks": "المخاطر",
        "routine": "في زيارتك القادمة",
        "serious": "خطير",
        "updated": "آخر تحديث",
        "urgent": "عاجل",
    },
}


@lru_cache(64)
def language(tag: str) -> Locale:
    """What CLDR knows of a language, by its BCP 47 tag; of English where it does not know it."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(DEFAULT)


def words(tag: str) -> Words:
    """The words for readers of a language; English where there are none of theirs."""
    return WORDS.get(tag.partition("-")[0].lower(), WORDS[DEFAULT])


def direction(tag: str) -> str:
    """Which way a language is written: ``ltr`` or ``rtl``."""
    return str(language(tag).text_direction)


def day(given: str, tag: str) -> str:
    """A date (ISO 8601) as readers of a language write it."""
    return format_date(date.fromisoformat(given[:10]), format="long", locale=language(tag))


def language_name(spoken: str, tag: str) -> str:
    """The name of a language in another; its tag where CLDR does not know it."""
    try:
        return Locale.parse(spoken, sep="-").get_display_name(language(tag)) or spoken
    except (UnknownLocaleError, ValueError):
        return spoken
