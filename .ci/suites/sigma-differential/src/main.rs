// Prints, for each event of standard input (one JSON object a line, `at` in seconds), the titles of the rules that spoke.
use rsigma_eval::{CorrelationConfig, CorrelationEngine, JsonEvent};
use rsigma_parser::parse_sigma_yaml;
use std::io::{self, BufRead};

fn main() {
    let mut engine = CorrelationEngine::new(CorrelationConfig::default());
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).expect("readable rule");
        let collection = parse_sigma_yaml(&text).expect("Sigma");
        assert!(collection.errors.is_empty(), "{path}: {:?}", collection.errors);
        engine.add_collection(&collection).expect("rules that fit together");
    }
    for line in io::stdin().lock().lines() {
        let value: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let at = value["at"].as_i64().expect("at");
        let event = JsonEvent::borrow(&value);
        let result = engine.process_event_at(&event, at);
        let titles = serde_json::to_value(&result).expect("JSON");
        println!("{titles}");
    }
}
