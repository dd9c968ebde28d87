"""Names and places the people of the story are made from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What a person of this country is called, speaks and dials.

    ``cities`` are (city, post code, code of the state in Odoo), ``phone`` a
    pattern with ``#`` for each digit to draw.
    """

    lang: str
    women: list
    men: list
    surnames: list
    cities: list
    streets: list
    phone: str
    doubles_surname: bool = False


ES = Country(
    lang="es_ES",
    women=(
        "Ana Lucía Carmen María Laura Marta Elena Cristina Paula Sara Alba Nuria "
        "Irene Raquel Silvia Rosa Pilar Inés Julia Beatriz Sofía Clara Teresa "
        "Mercedes Amparo Rocío Noelia Verónica Lorena Patricia Eva Olga Ángela "
        "Adriana Carolina Daniela Esther Gloria Isabel Mónica"
    ).split(),
    men=(
        "José Antonio Manuel David Javier Daniel Carlos Miguel Alejandro Pablo "
        "Sergio Álvaro Jorge Adrián Diego Rubén Iván Óscar Raúl Vicente Andrés "
        "Jaime Joaquín Ignacio Alberto Enrique Fernando Luis Marcos Martín Hugo "
        "Mario Tomás Víctor Ángel Eduardo Ramón Salvador Nicolás Guillermo"
    ).split(),
    surnames=(
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez "
        "Ruiz Hernández Jiménez Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez "
        "Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina "
        "Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias "
        "Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez "
        "Cruz Calvo Gallego Vidal León Márquez Herrera Peña Flores Cabrera Campos "
        "Vega Fuentes Carrasco Ferrer Esteve Soler Pascual Climent Ribes Peris"
    ).split(),
    cities=[
        ("València", "46001", "V"),
        ("València", "46005", "V"),
        ("València", "46020", "V"),
        ("València", "46023", "V"),
        ("Torrent", "46900", "V"),
        ("Gandia", "46700", "V"),
        ("Sagunt", "46500", "V"),
        ("Alacant", "03001", "A"),
        ("Elx", "03202", "A"),
        ("Castelló", "12001", "CS"),
        ("Madrid", "28004", "M"),
        ("Madrid", "28010", "M"),
        ("Barcelona", "08001", "B"),
        ("Barcelona", "08036", "B"),
        ("Sevilla", "41001", "SE"),
        ("Zaragoza", "50001", "Z"),
        ("Málaga", "29005", "MA"),
        ("Murcia", "30001", "MU"),
        ("Palma", "07001", "PM"),
        ("Bilbao", "48001", "BI"),
    ],
    streets=[
        "Calle Colón",
        "Calle de la Paz",
        "Avenida del Puerto",
        "Calle Mayor",
        "Calle San Vicente Mártir",
        "Avenida Blasco Ibáñez",
        "Calle Ruzafa",
        "Calle del Mar",
        "Gran Vía Marqués del Turia",
        "Plaza del Ayuntamiento",
    ],
    phone="+34 6## ### ###",
    doubles_surname=True,
)

IT = Country(
    lang="it_IT",
    women=(
        "Giulia Francesca Chiara Sara Valentina Alessia Martina Elisa Silvia Laura "
        "Federica Paola Elena Anna Giorgia Ilaria Roberta Sofia Beatrice Claudia "
        "Serena Camilla Monica Aurora Arianna"
    ).split(),
    men=(
        "Marco Andrea Luca Matteo Francesco Alessandro Davide Simone Lorenzo Stefano "
        "Giuseppe Antonio Roberto Paolo Giovanni Riccardo Fabio Enrico Tommaso "
        "Leonardo Nicola Emanuele Daniele Pietro Filippo"
    ).split(),
    surnames=(
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco "
        "Bruno Gallo Conti Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri "
        "Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo "
        "Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte"
    ).split(),
    cities=[
        ("Milano", "20121", "MI"),
        ("Milano", "20144", "MI"),
        ("Roma", "00184", "RM"),
        ("Torino", "10121", "TO"),
        ("Bologna", "40121", "BO"),
        ("Firenze", "50122", "FI"),
        ("Genova", "16121", "GE"),
        ("Verona", "37121", "VR"),
        ("Napoli", "80121", "NA"),
        ("Palermo", "90133", "PA"),
    ],
    streets=[
        "Via Roma",
        "Via Garibaldi",
        "Corso Italia",
        "Via Mazzini",
        "Via Dante",
        "Piazza Castello",
        "Via Cavour",
        "Via Verdi",
    ],
    phone="+39 32# ### ####",
)

GB = Country(
    lang="en_US",
    women="Emily Charlotte Alice Grace Hannah Olivia Sophie Lucy Rachel Helen".split(),
    men="James Oliver Thomas William George Harry Daniel Edward Simon Peter".split(),
    surnames=(
        "Smith Jones Taylor Brown Wilson Evans Walker Wright Green Hall Clarke "
        "Turner Cooper Ward Bailey Marsh"
    ).split(),
    cities=[
        ("London", "SW1A 1AA", ""),
        ("Bristol", "BS1 4DJ", ""),
        ("Leeds", "LS1 1UR", ""),
    ],
    streets=["High Street", "Station Road", "Church Lane", "Mill Lane"],
    phone="+44 7700 900###",
)

FR = Country(
    lang="en_US",
    women="Camille Manon Chloé Léa Sophie Claire Juliette Hélène".split(),
    men="Louis Hugo Lucas Jules Antoine Pierre Nicolas Étienne".split(),
    surnames="Martin Bernard Dubois Moreau Laurent Lefebvre Roux Girard".split(),
    cities=[("Paris", "75011", ""), ("Lyon", "69002", ""), ("Perpignan", "66000", "")],
    streets=["Rue de la République", "Rue Victor Hugo", "Avenue Jean Jaurès"],
    phone="+33 6 39 98 ## ##",
)

DE = Country(
    lang="en_US",
    women="Anna Lena Katharina Julia Sabine Monika Claudia".split(),
    men="Lukas Jonas Stefan Andreas Michael Jürgen Felix".split(),
    surnames="Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann".split(),
    cities=[("Berlin", "10115", ""), ("München", "80331", ""), ("Köln", "50667", "")],
    streets=["Hauptstraße", "Bahnhofstraße", "Gartenweg"],
    phone="+49 1512 #######",
)

COUNTRIES = {"ES": ES, "IT": IT, "GB": GB, "FR": FR, "DE": DE}
COUNTRY_SHARES = {"ES": 68, "IT": 20, "GB": 5, "FR": 4, "DE": 3}

PROFESSIONS = [
    "Teacher",
    "Nurse",
    "Architect",
    "Lawyer",
    "Engineer",
    "Shop owner",
    "Accountant",
    "Doctor",
    "Journalist",
    "Student",
    "Retired",
    "Designer",
    "Civil servant",
    "Pharmacist",
    "Photographer",
    "Waiter",
    "Translator",
    "Farmer",
    "Programmer",
    "Pastry cook",
]

COMPANY_JOBS = [
    "Head chef",
    "Purchasing manager",
    "Owner",
    "Manager",
    "Sommelier",
    "Marketing manager",
]

# Kind of company: (how it is called in Spain, in Italy).
COMPANY_KINDS = {
    "customer": (
        ["Restaurante", "Bar", "Hotel", "Escuela de Cocina", "Arrocería", "Catering"],
        ["Trattoria", "Osteria", "Albergo", "Scuola di Cucina", "Ristorante"],
    ),
    "supplier": (
        ["Almazara", "Bodegas", "Cerámicas", "Cuchillería", "Conservas"],
        ["Frantoio", "Cantina", "Ceramiche", "Coltelleria"],
    ),
    "partner": (
        ["Feria", "Asociación", "Transportes", "Estudio"],
        ["Fiera", "Consorzio", "Studio"],
    ),
    "competitor": (["Menaje", "Gourmet", "Tienda"], ["Casalinghi", "Bottega"]),
}
COMPANY_NAMES = {
    "ES": (
        "La Marina|El Almirante|Azafrán|La Pepica|Casa Montaña|Los Naranjos|El Faro|"
        "La Albufera|Mestalla|Sidi Saler|Las Fallas|El Cabanyal|Turia|La Malvarrosa|"
        "Benimaclet|Dos Aguas|La Lonja|Serranos|El Palmar|Tres Hermanas|Alameda|"
        "Botánico|Levante|Peñíscola|Calderona|Xúquer|La Huerta|Miramar|Monteolivete|"
        "Patraix"
    ).split("|"),
    "IT": (
        "Da Enzo|Bella Vista|Il Cortile|La Lanterna|Porta Nuova|Il Melograno|"
        "San Lorenzo|Tre Fontane|Al Ponte|La Pergola|Santa Chiara|Il Cavallino|"
        "Vecchia Posta|Monte Rosa"
    ).split("|"),
}
