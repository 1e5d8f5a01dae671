//! What the shop sells: the one source for pages and cart.

use serde::Serialize;

/// One thing on the shelf.
#[derive(Debug, Serialize)]
pub(crate) struct Good {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    /// Origin or material, in a few words.
    pub(crate) kind: &'static str,
    /// One line for the list.
    pub(crate) line: &'static str,
    #[serde(skip)]
    pub(crate) story: &'static str,
    #[serde(skip)]
    pub(crate) tastes: &'static str,
    #[serde(skip)]
    pub(crate) method: &'static str,
    #[serde(skip)]
    pub(crate) facts: &'static [(&'static str, &'static str)],
    /// What the drawing shows, for those who do not see it.
    #[serde(skip)]
    pub(crate) alt: &'static str,
    /// At least one; the first is the default.
    pub(crate) sizes: &'static [Size],
    /// Whether it can be ground.
    pub(crate) coffee: bool,
}

/// A size and its price, VAT included.
#[derive(Debug, Serialize)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) cents: u32,
}

/// The grinds on offer; the first is the default.
pub(crate) const GRINDS: [&str; 6] =
    ["Whole bean", "Espresso", "Moka pot", "Pour-over", "French press", "Cold brew"];

/// The shelf, in the order of the list.
pub(crate) static GOODS: [Good; 6] = [
    Good {
        slug: "hover",
        name: "Hover",
        kind: "House blend · Brazil and Colombia",
        line: "Hazelnut, cocoa, brown sugar. The one we drink at work.",
        story: "A blend that holds still. Two farms, one roast, and a cup that tastes the same on a hurried \
                Monday as on a slow Sunday. It was our first coffee and it still leaves the roastery by the pallet.",
        tastes: "Hazelnut first, then cocoa and a little brown sugar. Low acidity, full body, and a finish that \
                 milk does not cover.",
        method: "Espresso: 18 g in, 38 g out, 28 seconds. In a moka pot, fill the basket level, do not press it, \
                 and take it off the heat at the first sputter.",
        facts: &[
            ("Farms", "Fazenda Serrinha and Finca El Roble"),
            ("Process", "Natural and washed"),
            ("Roast", "Medium"),
        ],
        alt: "A sand-coloured bag; its label shows a kestrel hovering over hills in front of a red sun.",
        sizes: &[Size { name: "250 g", cents: 1150 }, Size { name: "1 kg", cents: 3900 }],
        coffee: true,
    },
    Good {
        slug: "thermal",
        name: "Thermal",
        kind: "Single origin · Guji, Ethiopia",
        line: "Apricot, jasmine, honey. Bright, and better as it cools.",
        story: "Grown at 2,100 metres under shade trees and dried whole on raised beds for three weeks. We roast it \
                light and stop early, so that what the farm did is what you taste.",
        tastes: "Ripe apricot and jasmine when it is hot, honey and black tea when it is not. Pour a large cup and \
                 take your time.",
        method: "Pour-over: 15 g to 250 g of water at 94 °C. Forty seconds of bloom, then two slow pours, done by \
                 two minutes forty.",
        facts: &[("Station", "Hambela, 540 growers"), ("Process", "Natural"), ("Roast", "Light")],
        alt: "A terracotta bag; its label shows a bird circling up through rings of warm air.",
        sizes: &[Size { name: "250 g", cents: 1490 }, Size { name: "1 kg", cents: 5200 }],
        coffee: true,
    },
    Good {
        slug: "fencepost",
        name: "Fencepost",
        kind: "Everyday filter · Huehuetenango, Guatemala",
        line: "Red apple, caramel, almond. A full pot for the table.",
        story: "Every field has a post that a kestrel prefers. This is ours: the filter coffee we come back to \
                between the rare and the loud ones.",
        tastes: "Red apple and caramel, with almond at the end. Sweet enough to drink black, round enough for those \
                 who will not.",
        method: "French press: 30 g to 500 g of water just off the boil. Four minutes, skim the top, wait four more, \
                 and pour without pressing.",
        facts: &[("Growers", "Cooperative La Esperanza"), ("Process", "Washed"), ("Roast", "Medium light")],
        alt: "A sage-green bag; its label shows a kestrel on a fence post by a ploughed field.",
        sizes: &[Size { name: "250 g", cents: 1090 }, Size { name: "1 kg", cents: 3700 }],
        coffee: true,
    },
    Good {
        slug: "nightjar",
        name: "Nightjar",
        kind: "Decaf · Cauca, Colombia",
        line: "Dark cherry, toffee, orange peel. For after dinner.",
        story: "Decaffeinated near the farm with sugar-cane ethyl acetate and spring water, then roasted as gently as \
                the rest. Nobody has ever guessed.",
        tastes: "Dark cherry and toffee with a thread of orange peel. The body of a coffee that kept its caffeine.",
        method: "Whatever you do with the others. In espresso it runs a little faster: grind one notch finer.",
        facts: &[("Region", "Popayán plateau"), ("Process", "Sugar-cane decaf"), ("Roast", "Medium")],
        alt: "A midnight-blue bag; its label shows a nightjar on a branch under a crescent moon.",
        sizes: &[Size { name: "250 g", cents: 1250 }, Size { name: "1 kg", cents: 4300 }],
        coffee: true,
    },
    Good {
        slug: "perch",
        name: "Perch dripper",
        kind: "Stoneware · thrown in Caldas da Rainha",
        line: "One to three cups. Heavy enough to keep its heat.",
        story: "Thrown and glazed by hand forty kilometres from the roastery, by a potter who drinks more coffee than \
                we do. No two have quite the same rim.",
        tastes: "Clay tastes of nothing. What you notice is the heat: the slurry stays three degrees warmer than in \
                 plastic, and light roasts open up.",
        method: "Warm it with the water that you rinse the paper with. Takes any size 02 cone filter; ten come in \
                 the box.",
        facts: &[("Holds", "Up to 500 ml"), ("Care", "Dishwasher safe"), ("Made in", "Portugal")],
        alt: "A cream stoneware dripper on a glass server, half full of coffee.",
        sizes: &[Size { name: "One size", cents: 2800 }],
        coffee: false,
    },
    Good {
        slug: "talon",
        name: "Talon hand grinder",
        kind: "Steel and oak · 38 mm conical burrs",
        line: "Thirty-six clicks, from espresso to cold brew.",
        story: "A grinder for a lifetime of mornings: steel burrs, an oak knob and every screw replaceable. We keep \
                the spare parts, and the address of the man who turns the knobs.",
        tastes: "An even grind tastes clearer, in any brewer. You will notice it before you notice new beans.",
        method: "Start at 8 clicks for espresso, 14 for a moka pot, 20 for pour-over, 26 for a French press; then \
                 trust your tongue.",
        facts: &[("Holds", "25 g of beans"), ("Burrs", "Stainless, 38 mm"), ("Guarantee", "10 years")],
        alt: "A slim steel hand grinder with a folding crank and an oak knob.",
        sizes: &[Size { name: "One size", cents: 6400 }],
        coffee: false,
    },
];

/// The good with this slug.
pub(crate) fn find(slug: &str) -> Option<&'static Good> {
    GOODS.iter().find(|good| good.slug == slug)
}

/// An amount as the pages write it, such as `€11.50`.
pub(crate) fn euros(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

/// The goods as an ECMAScript module, for the cart.
pub(crate) fn module() -> String {
    format!("export default {};\n", serde_json::json!(GOODS))
}
