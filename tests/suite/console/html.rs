//! A reader of HTML that takes a page apart into tags and text.
//!
//! It knows no more of HTML than our templates use, and is strict: an attribute without quotes, or a tag that it does not know, fails.

use std::collections::BTreeSet;

/// Tags that our templates write; a hostile text that became markup would bring others, or attributes that none has.
const TAGS: &[&str] = &[
    "a",
    "aside",
    "b",
    "body",
    "button",
    "circle",
    "code",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "i",
    "input",
    "kbd",
    "label",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "path",
    "polyline",
    "pre",
    "rect",
    "script",
    "section",
    "span",
    "summary",
    "svg",
    "symbol",
    "table",
    "tbody",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
    "use",
];

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// The text that follows it.
    pub(super) after: String,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A page, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Html {
    pub(super) tags: Vec<Tag>,
}

impl Html {
    pub(super) fn read(html: &str) -> Self {
        let mut tags = Vec::new();
        let html = html.strip_prefix("<!doctype html>").unwrap_or(html);
        let mut pieces = html.split('<');
        assert_eq!(pieces.next().unwrap().trim(), "", "text before the first tag");
        for piece in pieces {
            let (tag, after) = piece.split_once('>').expect("a tag ends");
            if !tag.starts_with('/') {
                tags.push(read_tag(tag, after));
            } else if let Some(last) = tags.last_mut() {
                last.after.push_str(after);
            }
        }
        Self { tags }
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(move |tag| tag.name == name)
    }

    /// Everything that is read on the page, with entities resolved.
    pub(super) fn text(&self) -> String {
        let text: String = self.tags.iter().map(|tag| tag.after.as_str()).collect();
        resolved(&text)
    }

    /// What is wrong with how the page is built, one line each.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let headings = self.all("h1").count();
        if headings != 1 {
            faults.push(format!("{headings} h1"));
        }
        if self.all("main").count() != 1 {
            faults.push("not one main".to_owned());
        }
        let mut ids = BTreeSet::new();
        for tag in &self.tags {
            faults.extend(tag.faults());
            if let Some(id) = tag.get("id")
                && !ids.insert(id)
            {
                faults.push(format!("the id {id} stands twice"));
            }
        }
        let labels: BTreeSet<&str> = self.all("label").filter_map(|tag| tag.get("for")).collect();
        for field in self
            .all("input")
            .chain(self.all("textarea"))
            .filter(|tag| tag.get("type") != Some("hidden"))
        {
            let is_labelled = field.get("id").is_some_and(|id| labels.contains(id));
            if !is_labelled {
                faults.push(format!("a field without a label: {field:?}"));
            }
        }
        for tag in self.all("a") {
            let anchor = tag.get("href").and_then(|href| href.strip_prefix('#'));
            if let Some(anchor) = anchor.filter(|anchor| !ids.contains(anchor)) {
                faults.push(format!("a link to #{anchor}, which is nowhere"));
            }
        }
        faults
    }

    /// The addresses on this server that the page leads to.
    pub(super) fn links(&self) -> BTreeSet<String> {
        let links = self.tags.iter().filter(|tag| tag.name != "use");
        let links = links.filter_map(|tag| tag.get("href").or(tag.get("src")));
        let links = links.map(|href| resolved(href.split('#').next().unwrap()));
        links.filter(|href| !href.is_empty()).collect()
    }
}

impl Tag {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let own = |what: &str| format!("<{}>: {what}", self.name);
        if !TAGS.contains(&self.name.as_str()) {
            faults.push(own("no template writes it"));
        }
        if self.name == "script" && (self.get("src").is_none() || !self.after.trim().is_empty()) {
            faults.push(own("a script in the page"));
        }
        for (name, value) in &self.attributes {
            let is_address = ["href", "src", "action", "xlink:href"].contains(&name.as_str());
            let is_ours = value.starts_with('/') && !value.starts_with("//");
            if is_address && !is_ours && !value.starts_with('#') {
                faults.push(own(&format!("leads to {value}")));
            }
            if name == "style" || name.starts_with("on") {
                faults.push(own(&format!("the attribute {name}")));
            }
        }
        faults
    }
}

fn read_tag(tag: &str, after: &str) -> Tag {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let (attribute, tail) = rest.split_at(end);
        if attribute.is_empty() {
            break;
        }
        let Some(tail) = tail.strip_prefix('=') else {
            attributes.push((attribute.to_owned(), String::new()));
            rest = tail;
            continue;
        };
        let tail = tail.strip_prefix('"').expect("attributes have quotes");
        let (value, tail) = tail.split_once('"').expect("quotes end");
        attributes.push((attribute.to_owned(), value.to_owned()));
        rest = tail;
    }
    Tag { name: name.to_owned(), attributes, after: after.to_owned() }
}

/// Resolves the entities that the escape writes.
pub(super) fn resolved(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn a_page_with_markup_of_others_has_faults() {
    let of = |inner: &str| Html::read(&format!("<main><h1>x</h1>{inner}</main>")).faults();

    assert_eq!(of("<p class=\"a\">fine</p>"), Vec::<String>::new());
    for bad in [
        "<iframe></iframe>",
        "<a href=\"https://evil.example\">x</a>",
        "<a href=\"javascript:1\">x</a>",
        "<p style=\"x\">x</p>",
        "<p onclick=\"x\">x</p>",
        "<script src=\"/a\">1</script>",
        "<input id=\"a\">",
        "<a href=\"#nowhere\">x</a>",
        "<h1>y</h1>",
    ] {
        assert_eq!(of(bad).len(), 1, "{bad}: {:?}", of(bad));
    }
}
