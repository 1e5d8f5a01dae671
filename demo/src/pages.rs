//! The shop's pages: one layout, one fragment a page, the goods filled in.

use crate::goods::{self, GOODS, GRINDS, Good, Size};

/// Builds pages for one collector and site.
pub(crate) struct Pages {
    tag: String,
}

/// A page whose text needs no data.
struct Plain {
    path: &'static str,
    title: &'static str,
    description: &'static str,
    script: Option<&'static str>,
    main: &'static str,
}

const FACT: &str = "<div><dt>{{name}}</dt><dd>{{value}}</dd></div>";

static PLAIN: [Plain; 5] = [
    Plain {
        path: "/cart",
        title: "Your cart",
        description: "What you picked, before you order.",
        script: Some("/cart.js"),
        main: include_str!("../site/pages/cart.html"),
    },
    Plain {
        path: "/checkout",
        title: "Checkout",
        description: "Where your coffee goes, and how you pay at the door.",
        script: Some("/checkout.js"),
        main: include_str!("../site/pages/checkout.html"),
    },
    Plain {
        path: "/thanks",
        title: "Your order",
        description: "Your order and when it arrives.",
        script: Some("/thanks.js"),
        main: include_str!("../site/pages/thanks.html"),
    },
    Plain {
        path: "/help/grind",
        title: "Which grind for which brewer?",
        description: "How fine to grind for espresso, moka pot, pour-over, French press and cold brew.",
        script: Some("/help.js"),
        main: include_str!("../site/pages/grind.html"),
    },
    Plain {
        path: "/privacy",
        title: "Privacy",
        description: "What this shop keeps, where, and how to change your mind.",
        script: None,
        main: include_str!("../site/pages/privacy.html"),
    },
];

impl Pages {
    pub(crate) fn new(collector: &str, site: &str) -> Self {
        let collector = collector.trim_end_matches('/');
        let tag = format!(r#"<script async src="{}/s/{}.js"></script>"#, escape(collector), escape(site));
        Self { tag }
    }

    pub(crate) fn home(&self) -> String {
        let cards: String = GOODS.iter().map(card).collect();
        let main = fill(include_str!("../site/pages/home.html"), &[("cards", &cards)]);
        self.layout(
            "/",
            "Kestrel, coffee roasted on Tuesdays",
            "Small-batch coffee from Lisbon.",
            None,
            &main,
        )
    }

    pub(crate) fn product(&self, good: &Good) -> String {
        // What the other kind of thing goes with first, then more of the same, four in all.
        let (mut others, same): (Vec<_>, Vec<_>) = GOODS
            .iter()
            .filter(|other| other.slug != good.slug)
            .partition(|other| other.coffee != good.coffee);
        others.extend(same);
        let others: String = others.into_iter().take(4).map(card).collect();
        let facts: String = good
            .facts
            .iter()
            .map(|(name, value)| fill(FACT, &[("name", &escape(name)), ("value", &escape(value))]))
            .collect();
        let main = fill(
            include_str!("../site/pages/product.html"),
            &[
                ("slug", good.slug),
                ("name", &escape(good.name)),
                ("kind", &escape(good.kind)),
                ("line", &escape(good.line)),
                ("story", &escape(good.story)),
                ("tastes", &escape(good.tastes)),
                ("method", &escape(good.method)),
                ("alt", &escape(good.alt)),
                ("price", &price(good)),
                ("facts", &facts),
                ("choices", &choices(good)),
                ("tastes_title", if good.coffee { "Tasting notes" } else { "In the cup" }),
                ("method_title", if good.coffee { "How we brew it" } else { "How to use it" }),
                ("others", &others),
            ],
        );
        let title = format!("{} · Kestrel", good.name);
        self.layout("/product", &title, good.line, Some("/product.js"), &main)
    }

    /// The page at this path, if it is one that needs no data.
    pub(crate) fn plain(&self, path: &str) -> Option<String> {
        let page = PLAIN.iter().find(|page| page.path == path)?;
        let title = format!("{} · Kestrel", page.title);
        Some(self.layout(page.path, &title, page.description, page.script, page.main))
    }

    pub(crate) fn missing(&self) -> String {
        let main = include_str!("../site/pages/missing.html");
        self.layout("/404", "Not found · Kestrel", "There is no such page.", None, main)
    }

    /// A shop page as old libraries and careless styles make it; for tests.
    pub(crate) fn hostile(&self) -> String {
        fill(include_str!("../site/hostile.html"), &[("tag", &self.tag)])
    }

    fn layout(&self, path: &str, title: &str, description: &str, script: Option<&str>, main: &str) -> String {
        let script =
            script.map(|src| format!(r#"<script type="module" src="{src}"></script>"#)).unwrap_or_default();
        let at = |link| if path == link { r#" aria-current="page""# } else { "" };
        fill(
            include_str!("../site/layout.html"),
            &[
                ("title", &escape(title)),
                ("description", &escape(description)),
                ("at_shop", at("/")),
                ("at_grind", at("/help/grind")),
                ("at_cart", at("/cart")),
                ("main", main),
                ("script", &script),
                ("tag", &self.tag),
            ],
        )
    }
}

fn card(good: &Good) -> String {
    fill(
        include_str!("../site/pages/card.html"),
        &[
            ("slug", good.slug),
            ("name", &escape(good.name)),
            ("kind", &escape(good.kind)),
            ("line", &escape(good.line)),
            ("price", &price(good)),
        ],
    )
}

/// The default size's price, with "from" where there are others.
fn price(good: &Good) -> String {
    let from = if good.sizes.len() > 1 { "from " } else { "" };
    let first = good.sizes.first().map(|size| goods::euros(size.cents)).unwrap_or_default();
    format!("{from}{first}")
}

/// The form controls for size and grind, for those goods that have a choice.
fn choices(good: &Good) -> String {
    let mut html = String::new();
    if good.sizes.len() > 1 {
        let sizes: String =
            good.sizes.iter().enumerate().map(|(index, size)| pill(size, index == 0)).collect();
        html.push_str(&fill(include_str!("../site/pages/sizes.html"), &[("sizes", &sizes)]));
    }
    if good.coffee {
        let grinds: String = GRINDS
            .iter()
            .map(|grind| fill("<option>{{grind}}</option>", &[("grind", &escape(grind))]))
            .collect();
        html.push_str(&fill(include_str!("../site/pages/grinds.html"), &[("grinds", &grinds)]));
    }
    html
}

fn pill(size: &Size, checked: bool) -> String {
    fill(
        include_str!("../site/pages/size.html"),
        &[
            ("name", &escape(size.name)),
            ("price", &goods::euros(size.cents)),
            ("checked", if checked { " checked" } else { "" }),
        ],
    )
}

/// Puts each value in place of its `{{name}}`, in one pass: a value is never searched for names.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut html = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, from_name)) = rest.split_once("{{") {
        html.push_str(before);
        let Some((name, after)) = from_name.split_once("}}") else {
            rest = from_name;
            break;
        };
        if let Some((_, value)) = values.iter().find(|(key, _)| *key == name) {
            html.push_str(value);
        }
        rest = after;
    }
    html.push_str(rest);
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
