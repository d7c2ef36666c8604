"""What the languages of a site need to be searched: words that say nothing, and words that name a health aspect.

Both are written as people write them, accents left out; how they are told apart and stemmed is in ``language.py``.
"""

from models.article import HealthAspect

SILENT: dict[str, str] = {
    "en": """
        a about above across after again all almost along already also although am among an and another any anyone
        anything are aren around as at away be became because been before being below between both but by came can
        cannot could couldn did didn do does doesn doing don down during each either else even ever every everyone
        everything few for from further get gets getting give given go goes going gone got had hadn has hasn have
        haven having he her here hers herself hi him himself his how however i if in into is isn it its itself just
        know let like ll look made make makes many may maybe me might mine more most much must my myself need neither
        never no nor not nothing now of off often on once one only or other others our ours ourselves out over own
        perhaps please put quite rather re really said same say says see seem seems seen several shall she should
        shouldn since so some someone something sometimes somewhere still such take taken tell than thank thanks that
        the their theirs them themselves then there these they thing things think this those though through to
        together too toward towards two under until up upon us use used uses using usually ve very via want wants
        was wasn way we well went were weren what whatever when where whether which while who whoever whole whom
        whose why will with within without won would wouldn yes yet you your yours yourself yourselves
        hello dear sir madam help advice question questions information info wondering wonder asking ask anybody
    """,
    "es": """
        a acerca ademas ahi ahora al algo alguien algun alguna algunas alguno algunos alli ante antes aquel aquella
        aquellas aquello aquellos aqui asi aun aunque bajo bien cada casi como con contra cual cuales cualquier
        cuando cuanta cuantas cuanto cuantos de del desde donde dos durante e el ella ellas ello ellos en entre era
        eran eres es esa esas ese eso esos esta estaba estan estar estas este esto estos estoy fue fueron ha haber
        habia hace hacen hacer hacia han hasta hay he hola la las le les lo los mas me menos mi mientras mis misma
        mismas mismo mismos mucha muchas mucho muchos muy nada ni ningun ninguna no nos nosotras nosotros nuestra
        nuestras nuestro nuestros nunca o os otra otras otro otros para pero poco por porque pueda puede pueden puedo
        pues que quien quienes quiero se sea ser si sido siempre sin sino sobre solo son soy su sus suya suyas suyo
        suyos tal tambien tampoco tan tanto te tener tengo ti tiene tienen toda todas todavia todo todos tras tu tus
        un una unas uno unos usted ustedes va vamos ver y ya yo
        gracias ayuda pregunta preguntas informacion favor saber
    """,
}
"""Language -> words that questions are made of, and that say nothing of what is asked for."""

ASPECTS: dict[str, dict[HealthAspect, str]] = {
    "en": {
        HealthAspect.SYMPTOMS: "symptom symptoms sign signs feel feeling complaint",
        HealthAspect.CAUSES: "cause causes caused causing why reason inherit inherited inheritance hereditary genetic"
        " genetics gene genes mutation mutations",
        HealthAspect.TREATMENTS: "treat treats treated treating treatment treatments therapy therapies cure cures cured"
        " medicine medicines medication medications remedy remedies relieve manage",
        HealthAspect.SCREENING: "diagnose diagnosed diagnosis diagnosing test tests testing exam exams examination"
        " screening screen detect detected",
        HealthAspect.PROGNOSIS: "outlook prognosis expectancy survival recover recovery frequency common rare affected"
        " prevalence incidence",
        HealthAspect.PREVENTION: "prevent prevents prevented prevention preventing avoid avoiding",
        HealthAspect.RISKS_OR_COMPLICATIONS: "risk risks risky complication complications danger dangers dangerous",
        HealthAspect.STAGES: "stage stages staging phase phases",
        HealthAspect.SIDE_EFFECTS: "side effect effects adverse reaction reactions",
        HealthAspect.TYPES: "type types kind kinds form forms",
        HealthAspect.LIVING_WITH: "living cope coping",
        HealthAspect.SELF_CARE: "diet exercise home",
        HealthAspect.RELATED_TOPICS: "research trial trials clinical study studies",
        HealthAspect.GETTING_ACCESS: "support group groups organization organizations",
    },
    "es": {
        HealthAspect.SYMPTOMS: "sintoma sintomas signo signos siente sentir",
        HealthAspect.CAUSES: "causa causas causan causado razon hereditario hereditaria hereda genetico genetica gen"
        " genes",
        HealthAspect.TREATMENTS: "tratar trata tratamiento tratamientos terapia terapias cura curar medicina medicinas"
        " medicamento medicamentos remedio remedios",
        HealthAspect.SCREENING: "diagnostico diagnostica diagnosticar prueba pruebas examen examenes deteccion",
        HealthAspect.PROGNOSIS: "pronostico supervivencia recuperacion recuperar frecuencia comun raro rara",
        HealthAspect.PREVENTION: "prevenir previene prevencion evitar",
        HealthAspect.RISKS_OR_COMPLICATIONS: "riesgo riesgos complicacion complicaciones peligro peligroso",
        HealthAspect.STAGES: "etapa etapas fase fases estadio estadios",
        HealthAspect.SIDE_EFFECTS: "efecto efectos secundario secundarios adverso reaccion reacciones",
        HealthAspect.TYPES: "tipo tipos clase clases forma formas",
        HealthAspect.LIVING_WITH: "vivir convivir",
        HealthAspect.SELF_CARE: "dieta ejercicio casa",
        HealthAspect.RELATED_TOPICS: "investigacion estudio estudios ensayo ensayos clinico clinicos",
        HealthAspect.GETTING_ACCESS: "apoyo grupo grupos organizacion organizaciones",
    },
}
"""Language -> aspect (schema.org HealthAspectEnumeration) -> words by which people ask for it."""
