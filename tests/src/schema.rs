//! Whether JSON is as a schema says. A small validator of the part of JSON Schema that the
//! description of the API uses; it refuses keywords that it does not know, so that nothing passes
//! unread.

use serde_json::Value;

/// Keywords that say nothing about what is valid.
const SILENT: [&str; 6] = ["description", "example", "examples", "title", "deprecated", "default"];

/// A schema in its document.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    document: &'a Value,
    schema: &'a Value,
    /// Whether properties may be missing that are required: `$select` leaves them out.
    is_partial: bool,
    /// Whether listed words may be written in any case, as the server reads them.
    ignores_case: bool,
}

impl<'a> Schema<'a> {
    /// The schema of an answer, whose references are into the document.
    #[must_use]
    pub const fn of_answer(document: &'a Value, schema: &'a Value, is_partial: bool) -> Self {
        Self { document, schema, is_partial, ignores_case: false }
    }

    /// The schema of a request, whose references are into the document.
    #[must_use]
    pub const fn of_request(document: &'a Value, schema: &'a Value) -> Self {
        Self { document, schema, is_partial: false, ignores_case: true }
    }

    /// What is wrong with a value, each time with the place; nothing when it is valid.
    #[must_use]
    pub fn problems(&self, value: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        self.check(self.schema, value, "", &mut problems);
        problems
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
        let Some(keywords) = schema.as_object() else {
            assert_eq!(*schema, Value::Bool(true), "no schema: {schema}");
            return;
        };
        for (keyword, rule) in keywords {
            if SILENT.contains(&keyword.as_str()) || keyword.starts_with("x-") {
                continue;
            }
            self.check_keyword(keyword, rule, value, at, problems);
        }
    }

    fn check_keyword(
        &self,
        keyword: &str,
        rule: &Value,
        value: &Value,
        at: &str,
        problems: &mut Vec<String>,
    ) {
        let mut complain = |words: String| problems.push(format!("{}: {words}", place(at)));
        match keyword {
            "$ref" => self.check(self.referred(rule), value, at, problems),
            "type" if !has_type(rule, value) => complain(format!("{value} is no {rule}")),
            "enum" if !self.is_listed(rule, value) => {
                complain(format!("{value} is none of {rule}"));
            }
            "const" if rule != value => complain(format!("{value} is not {rule}")),
            "format" => {
                if let Some(text) = value.as_str()
                    && !has_format(rule.as_str().unwrap_or_default(), text)
                {
                    complain(format!("{value} is no {rule}"));
                }
            }
            "minimum" if value.as_f64().is_some_and(|number| Some(number) < rule.as_f64()) => {
                complain(format!("{value} is less than {rule}"));
            }
            "minProperties" => {
                let count = value.as_object().map(|members| members.len() as u64);
                if count.is_some_and(|count| Some(count) < rule.as_u64()) {
                    complain(format!("fewer than {rule} properties"));
                }
            }
            "required" => self.check_required(rule, value, at, problems),
            "properties" => self.check_properties(rule, value, at, problems),
            "items" => {
                for (number, item) in list(value).iter().enumerate() {
                    self.check(rule, item, &format!("{at}/{number}"), problems);
                }
            }
            "allOf" => list(rule).iter().for_each(|part| self.check(part, value, at, problems)),
            "anyOf" | "oneOf" => self.check_alternatives(keyword, rule, value, at, problems),
            "type" | "enum" | "const" | "minimum" => {}
            unknown => panic!("the validator does not know `{unknown}`"),
        }
    }

    fn is_listed(&self, rule: &Value, value: &Value) -> bool {
        let is_same = |word: &Value| match (word.as_str(), value.as_str()) {
            (Some(word), Some(value)) if self.ignores_case => word.eq_ignore_ascii_case(value),
            _ => word == value,
        };
        list(rule).iter().any(is_same)
    }

    fn check_required(&self, rule: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
        let Some(members) = value.as_object() else { return };
        for name in list(rule).iter().filter_map(Value::as_str) {
            let may_be_missing = self.is_partial && !name.starts_with('@') && name != "value";
            if !members.contains_key(name) && !may_be_missing {
                problems.push(format!("{}: `{name}` is missing", place(at)));
            }
        }
    }

    fn check_properties(&self, rule: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
        let rules = rule.as_object().expect("properties");
        for (name, rule) in rules {
            if let Some(member) = value.get(name) {
                self.check(rule, member, &format!("{at}/{name}"), problems);
            }
        }
    }

    fn check_alternatives(
        &self,
        keyword: &str,
        rule: &Value,
        value: &Value,
        at: &str,
        problems: &mut Vec<String>,
    ) {
        let tried: Vec<Vec<String>> = list(rule)
            .iter()
            .map(|alternative| {
                let mut found = Vec::new();
                self.check(alternative, value, at, &mut found);
                found
            })
            .collect();
        let fitting = tried.iter().filter(|found| found.is_empty()).count();
        if fitting == 0 {
            // The complaint that says most is that of the alternative that is nearest.
            problems.extend(tried.into_iter().min_by_key(Vec::len).unwrap_or_default());
        } else if fitting > 1 && keyword == "oneOf" {
            problems.push(format!("{}: {value} fits more than one of {rule}", place(at)));
        }
    }

    fn referred(&self, reference: &Value) -> &'a Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let found = pointer.and_then(|pointer| self.document.pointer(pointer));
        found.unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the whole" } else { at }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn has_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => panic!("there is no type {name}"),
    };
    match rule {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => is_shaped(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
        "date-time" => {
            let (moment, zone) = text.split_at(text.len().min(19));
            let fraction = zone.strip_suffix('Z').unwrap_or("?");
            let digits = fraction.strip_prefix('.').unwrap_or(fraction);
            is_shaped(moment, "dddd-dd-ddTdd:dd:dd") && digits.bytes().all(|b| b.is_ascii_digit())
        }
        "int32" | "int64" | "uint32" | "uint64" | "password" | "byte" | "binary" => true,
        other => panic!("the validator does not know the format `{other}`"),
    }
}

/// Whether each character is as the shape has it: `x` a hexadecimal digit, `d` a digit, others
/// themselves.
fn is_shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
            b'x' => byte.is_ascii_hexdigit(),
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(schema: &Value, value: &Value) -> Vec<String> {
        let document = json!({"components": {"schemas": {"name": {"type": "string"}}}});
        Schema::of_answer(&document, schema, false).problems(value)
    }

    #[test]
    fn what_is_wrong_is_found_with_its_place() {
        let person = json!({
            "type": "object",
            "required": ["id", "name"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "name": {"$ref": "#/components/schemas/name", "description": "Whose."},
                "kind": {"enum": ["a", "b"]},
                "since": {"type": ["string", "null"], "format": "date-time"},
                "parts": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                "one": {"oneOf": [{"type": "string"}, {"type": "null"}]},
                "any": {"anyOf": [{"const": 1}, {"type": "object", "minProperties": 1}]},
            },
        });
        let good = json!({"id": "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f", "name": "n", "kind": "a",
            "since": "2021-03-28T20:48:29.832Z", "parts": [1], "one": null, "any": {"x": 1},
            "unknown": [1]});
        assert_eq!(problems(&person, &good), [""; 0]);
        for (place, bad, words) in [
            ("", json!(1), "the whole: 1 is no"),
            ("id", json!("x"), "/id: \"x\" is no \"uuid\""),
            ("name", json!(null), "/name: null is no"),
            ("kind", json!("c"), "/kind: \"c\" is none of"),
            ("since", json!("2021-03-28"), "/since: "),
            ("since", json!("2021-03-28T20:48:29"), "/since: "),
            ("parts", json!([1, 0]), "/parts/1: 0 is less"),
            ("parts", json!([1.5]), "/parts/0: 1.5 is no"),
            ("one", json!(true), "/one: true is no"),
            ("any", json!({}), "/any: "),
        ] {
            let mut value = good.clone();
            if place.is_empty() {
                value = bad.clone()
            } else {
                value[place] = bad.clone()
            }
            let found = problems(&person, &value);
            assert!(found.len() == 1 && found[0].starts_with(words), "{place} {bad}: {found:?}");
        }
        let mut less = good;
        less.as_object_mut().expect("an object").remove("name");
        assert_eq!(problems(&person, &less), ["the whole: `name` is missing"]);
        let (nothing, needs) = (json!({}), json!({"required": ["a"]}));
        assert_eq!(Schema::of_answer(&nothing, &needs, true).problems(&nothing), [""; 0]);
        let word = json!({"enum": ["aB"]});
        assert_eq!(Schema::of_request(&nothing, &word).problems(&json!("Ab")), [""; 0]);
        assert_eq!(problems(&word, &json!("Ab")).len(), 1);
        let both = json!({"oneOf": [{"type": "string"}, {"enum": ["a"]}]});
        assert_eq!(problems(&both, &json!("a")).len(), 1);
    }
}
