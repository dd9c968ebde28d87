"""What the shop sells and what it writes."""

# Category: (VAT in %, how much it sells in December, products with price).
CATEGORIES = {
    "Olive oil and vinegar": (
        10,
        [
            ("Extra virgin olive oil Picual 500 ml", 11.9),
            ("Extra virgin olive oil Arbequina 5 l", 58.0),
            ("Early harvest olive oil, gift box", 24.5),
            ("Sherry vinegar Reserva", 9.8),
            ("Balsamic vinegar of Modena IGP", 14.9),
        ],
    ),
    "Pantry": (
        10,
        [
            ("Bomba rice 1 kg", 5.4),
            ("Saffron from La Mancha 2 g", 13.5),
            ("Smoked paprika de la Vera", 4.2),
            ("Bronze-cut paccheri 500 g", 4.6),
            ("Anchovies from Santoña", 12.8),
            ("Jijona turrón 300 g", 9.9),
        ],
    ),
    "Wine and vermouth": (
        21,
        [
            ("Bobal Utiel-Requena crianza", 12.5),
            ("Cava brut nature", 11.0),
            ("Barolo DOCG", 38.0),
            ("Vermouth of the house 1 l", 15.5),
        ],
    ),
    "Paella and cookware": (
        21,
        [
            ("Enamelled paella pan 38 cm", 27.9),
            ("Polished steel paella pan 50 cm", 39.0),
            ("Gas ring with tripod", 84.0),
            ("Cast iron casserole 26 cm", 149.0),
            ("Moka pot, 6 cups", 34.5),
            ("Clay casserole 30 cm", 18.9),
        ],
    ),
    "Knives and boards": (
        21,
        [
            ("Chef's knife 20 cm, Albacete", 79.0),
            ("Ham knife set", 64.0),
            ("Olive wood board", 45.0),
            ("Knife sharpening stone", 32.0),
        ],
    ),
    "Tableware": (
        21,
        [
            ("Manises ceramic bowl", 22.0),
            ("Set of 6 tapas plates", 41.0),
            ("Linen tablecloth 150 × 250", 59.0),
            ("Set of 6 vermouth glasses", 29.0),
            ("Porrón, hand-blown glass", 24.0),
        ],
    ),
    "Baking and pasta": (
        21,
        [
            ("Pasta machine", 69.0),
            ("Pizza stone 38 cm", 44.0),
            ("Stand mixer", 389.0),
            ("Set of cake tins", 36.0),
            ("Ravioli stamp", 12.5),
        ],
    ),
    "Workshops and books": (
        21,
        [
            ("Paella workshop, one person", 65.0),
            ("Fresh pasta workshop, one person", 58.0),
            ("Olive oil tasting, one person", 35.0),
            ("The Casa Oliva cookbook", 27.0),
            ("Gift card for a workshop", 60.0),
        ],
    ),
}

TAGS = [
    "Home cook",
    "Professional kitchen",
    "Vegetarian",
    "Baking",
    "Wine lover",
    "Gift giver",
    "Workshop guest",
    "Fair of Valencia",
    "Press",
]

# Subject of the newsletter of each month, January to December.
NEWSLETTERS = [
    "Soups, stews and new resolutions",
    "The new oil has arrived",
    "Fallas: everything for the paella on the terrace",
    "Easter sweets and a table to share",
    "For mothers who cook, and for those who would rather not",
    "Summer begins with gazpacho",
    "Cold wine, warm evenings",
    "Eating by the sea: our August picnic",
    "Back to the kitchen",
    "Mushrooms, chestnuts and cast iron",
    "Gifts you can eat",
    "A Christmas table from Valencia and Modena",
]
RECIPES = [
    "Recipe: paella valenciana, step by step",
    "Recipe: risotto with saffron and bones",
    "Recipe: focaccia that cannot fail",
    "Recipe: fideuà for eight",
    "Recipe: torrija and pandoro pudding",
    "Recipe: all i pebre from El Palmar",
]

# (month, day, subject, campaign): sent each year to customers and prospects.
OFFERS = [
    (1, 8, "January sale: up to 30 % on tableware", "January Sale"),
    (4, 24, "Mother's Day: free engraving on every board", "Mother's Day"),
    (6, 30, "Summer sale starts today", "Summer Sale"),
    (9, 18, "Harvest week: new oil at last year's price", "Harvest Week"),
    (11, 24, "Black Friday in the kitchen", "Black Friday"),
    (12, 10, "Christmas hampers: order before the 18th", "Christmas"),
]
TEXT_MESSAGES = [
    (4, 29, "Mother's Day: order before noon, delivered on Friday.", "Mother's Day"),
    (7, 11, "Last days of the summer sale: 30 % on paella pans.", "Summer Sale"),
    (11, 27, "Black Friday: 20 % on knives, only today.", "Black Friday"),
    (12, 17, "Last day to order for Christmas.", "Christmas"),
]

# Where customers come from: (source, medium, share).
ORIGINS = [
    ("Google", "Google Adwords", 22),
    ("Search engine", "Website", 20),
    ("Instagram", "Banner", 18),
    ("Facebook", "Facebook", 9),
    ("Referral", "Direct", 13),
    ("Fair of Valencia", "Direct", 8),
    ("Shop in Ruzafa", "Direct", 10),
]

LEAD_SUBJECTS = {
    "company": [
        ("Kitchen refit", 6500),
        ("Yearly supply of olive oil", 4200),
        ("Tableware for 120 covers", 5200),
        ("Christmas hampers for staff", 2900),
        ("Knives for the school", 1800),
        ("Paella pans and burners", 1500),
        ("Wine list with local bodegas", 3100),
    ],
    "person": [
        ("Wedding list", 1400),
        ("Workshop for a group of friends", 620),
        ("Company dinner with workshop", 1250),
        ("New kitchen equipment", 900),
        ("Hampers as gifts", 540),
        ("Tasting at home", 380),
    ],
}

QUESTIONS = [
    ("Has my order left already?", "Could you tell me when my order will arrive?"),
    ("Broken bowl", "One of the bowls arrived with a crack. Can you replace it?"),
    ("Induction", "Does the cast iron casserole work on induction?"),
    ("Thank you!", "The workshop was wonderful, we will come back with friends."),
    ("Invoice", "Please send me the invoice with our tax number."),
    ("Change of address", "We have moved. Please use the new address from now on."),
    ("Gift wrapping", "Can you wrap it and leave the price out?"),
    ("Delivery to Italy", "How much is delivery to Italy for a 50 cm pan?"),
]

CALLS = [
    ("Follow up on the quotation", "Wants to think it over until next week."),
    ("Call about the bounced e-mail", "Gave a new address."),
    ("Ask how the delivery went", "Very happy, will order again."),
    ("Call back about the workshop", "Booked for eight people."),
    ("Yearly review", "No changes, prefers to order by phone."),
    ("Unpaid invoice", "Will pay on Friday."),
]

MEETINGS = [
    "Tasting in the shop",
    "Visit to their kitchen",
    "Offer for next season",
    "Workshop planning",
    "Menu and wine list",
    "First meeting",
]

PRAISE = [
    "Arrived the next day, packed with care.",
    "The oil is the best I know.",
    "Friendly and patient on the phone.",
    "",
    "",
    "Exactly as in the picture.",
]
COMPLAINTS = [
    "Two weeks late.",
    "The pan was scratched and nobody answered my e-mail.",
    "Too expensive for what it is.",
    "",
    "Wrong size, and I had to pay for the return.",
]
