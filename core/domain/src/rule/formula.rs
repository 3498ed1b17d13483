//! Formulas 公式: a safe expression over named variables with exact decimals.
//!
//! Numbers, `+ - * /`, comparisons, `&& || !`, `if … { … } else { … }`, `min(a, b)`, `max(a, b)`, `round(a)` and
//! `round(a, digits)`; nothing else is a word of it. May never happen here: a float, a loop, a step without bound, an
//! error that becomes 0. A quotient keeps 28 digits; `round` is half away from zero.

use crate::value::Variable;
use rhai::{AST, ASTNode, Engine, EvalAltResult, Expr, LexError, OptimizationLevel, ParseErrorType, Scope, Token};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Characters of a formula.
pub const MAX_LENGTH: usize = 500;
/// Nested brackets and branches.
const MAX_DEPTH: usize = 24;
/// Steps of one run: a formula of [`MAX_LENGTH`] characters has far fewer.
const MAX_STEPS: u64 = 2_000;
/// Digits after the point that `round` may ask for.
const MAX_DIGITS: u32 = 10;
const FUNCTIONS: [&str; 3] = ["min", "max", "round"];

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// Not a formula; the character, counted from 1, where it ends to be one.
    #[error("this is not a formula at character {0}")]
    Syntax(usize),
    /// Longer or deeper than allowed.
    #[error("a formula has at most {MAX_LENGTH} characters and {MAX_DEPTH} levels")]
    TooComplex,
    /// A variable without a value.
    #[error("{0} has no value")]
    Missing(Variable),
    /// Division by zero, or beyond the range of exact decimals.
    #[error("a division by zero, or a number out of range")]
    Arithmetic,
    /// The result is no number, or a comparison stands where a number should.
    #[error("the result is not a number")]
    NotANumber,
}

/// A formula that can be run.
#[derive(Debug, Clone)]
pub struct Program {
    ast: AST,
    variables: BTreeSet<Variable>,
}

/// True for what formulas can name: no word of their own.
pub(crate) fn is_free(name: &Variable) -> bool {
    let read = Program::compile(name.as_str());
    read.is_ok_and(|program| program.variables.contains(name)) && !FUNCTIONS.contains(&name.as_str())
}

impl Program {
    /// Reads a formula.
    ///
    /// # Errors
    /// [`FormulaError::Syntax`], [`FormulaError::TooComplex`].
    pub fn compile(text: &str) -> Result<Self, FormulaError> {
        if text.chars().count() > MAX_LENGTH {
            return Err(FormulaError::TooComplex);
        }
        let ast = ENGINE.compile_expression(text).map_err(|error| match *error.0 {
            ParseErrorType::ExprTooDeep => FormulaError::TooComplex,
            _ => FormulaError::Syntax(error.1.position().unwrap_or_else(|| text.chars().count())),
        })?;
        let mut variables = BTreeSet::new();
        let mut stranger = None;
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Expr(Expr::Variable(found, _, at))) => match found.1.parse() {
                    Ok(variable) => drop(variables.insert(variable)),
                    Err(_) => stranger = Some(*at),
                },
                Some(ASTNode::Expr(Expr::FnCall(call, at)))
                    if !call.is_operator_call() && !FUNCTIONS.contains(&call.name.as_str()) =>
                {
                    stranger = Some(*at);
                }
                _ => {}
            }
            true
        });
        match stranger {
            Some(at) => Err(FormulaError::Syntax(at.position().unwrap_or(1))),
            None => Ok(Self { ast, variables }),
        }
    }

    /// The variables it names.
    pub fn variables(&self) -> &BTreeSet<Variable> {
        &self.variables
    }

    /// Its value.
    ///
    /// # Errors
    /// [`FormulaError::Missing`], [`FormulaError::Arithmetic`], [`FormulaError::NotANumber`].
    pub fn run(&self, values: &BTreeMap<Variable, Decimal>) -> Result<Decimal, FormulaError> {
        let mut scope = Scope::new();
        for variable in &self.variables {
            let value = values.get(variable).ok_or_else(|| FormulaError::Missing(variable.clone()))?;
            scope.push_constant(variable.as_str(), *value);
        }
        ENGINE.eval_ast_with_scope::<Decimal>(&mut scope, &self.ast).map_err(|error| match *error {
            EvalAltResult::ErrorArithmetic(..) => FormulaError::Arithmetic,
            EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorStackOverflow(_) => FormulaError::TooComplex,
            _ => FormulaError::NotANumber,
        })
    }
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new_raw();
    engine.set_max_operations(MAX_STEPS).set_max_expr_depths(MAX_DEPTH).set_max_variables(100);
    engine.set_optimization_level(OptimizationLevel::None);
    #[expect(deprecated, reason = "marked as volatile, and the only way to say which words a formula has")]
    engine.on_parse_token(|token, _, _| admitted(token));
    engine.register_fn("min", |a: Decimal, b: Decimal| a.min(b));
    engine.register_fn("max", |a: Decimal, b: Decimal| a.max(b));
    engine.register_fn("round", |value: Decimal| rounded(value, 0));
    engine.register_fn("round", |value: Decimal, digits: Decimal| -> Result<Decimal, Box<EvalAltResult>> {
        let whole = u32::try_from(digits).ok().filter(|n| *n <= MAX_DIGITS && Decimal::from(*n) == digits);
        whole.map(|digits| rounded(value, digits)).ok_or_else(|| "digits of round".into())
    });
    engine
});

fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// The words of a formula; every number is an exact decimal.
fn admitted(token: Token) -> Token {
    match token {
        Token::IntegerConstant(number) => Token::DecimalConstant((Decimal::from(number), Default::default()).into()),
        Token::DecimalConstant(_)
        | Token::Identifier(_)
        | Token::LeftParen
        | Token::RightParen
        | Token::LeftBrace
        | Token::RightBrace
        | Token::Comma
        | Token::Plus
        | Token::UnaryPlus
        | Token::Minus
        | Token::UnaryMinus
        | Token::Multiply
        | Token::Divide
        | Token::LessThan
        | Token::GreaterThan
        | Token::LessThanEqualsTo
        | Token::GreaterThanEqualsTo
        | Token::EqualsTo
        | Token::NotEqualsTo
        | Token::And
        | Token::Or
        | Token::Bang
        | Token::If
        | Token::Else
        | Token::LexError(_)
        | Token::EOF => token,
        other => Token::LexError(LexError::UnexpectedInput(other.to_string()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(text: &str) -> Result<String, FormulaError> {
        let values = [("area", "89.76"), ("floor", "-1"), ("lift", "1.25")];
        let values = values.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Program::compile(text)?.run(&BTreeMap::from(values)).map(|value| value.normalize().to_string())
    }

    #[test]
    fn it_computes_with_exact_decimals() {
        for (text, expected) in [
            ("0.1 + 0.2", "0.3"),
            ("area * 2.5", "224.4"),
            ("1 / 3", "0.3333333333333333333333333333"),
            ("7 / 2", "3.5"),
            ("min(area, 60) + max(area - 60, 0) * 0.5", "74.88"),
            ("if area > 60 && floor <= 0 { 1.2 } else { 1 }", "1.2"),
            ("if area >= 90 { 1 } else if area != 89.76 { 2 } else { 3 }", "3"),
            ("round(area)", "90"),
            ("round(-2.345, 2)", "-2.35"),
            ("-floor * lift", "1.25"),
            ("2 * -3", "-6"),
        ] {
            assert_eq!(run(text).as_deref(), Ok(expected), "{text}");
        }
        let program = Program::compile("b * min(a, b)").unwrap();
        assert_eq!(program.variables().iter().map(Variable::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_a_formula_is_refused_where_it_ends() {
        for text in [
            "",
            "1 +",
            "(1",
            "1 2",
            "let x = 1; x",
            "{ 1; 2 }",
            "loop {}",
            "x = 3",
            "\"a\"",
            "`a`",
            "'a'",
            "area.x",
            "1..3",
            "2 ** 3",
            "10 % 3",
            "a ?? 1",
            "switch 1 { _ => 2 }",
            "eval(1)",
            "print(1)",
            "sqrt(4)",
            "fn f() { 1 }",
            "|x| x",
            "while true {}",
            "1e5",
            "面积 * 2",
            "true",
            "this",
            "a::b",
            "#{}",
            "[1]",
            "Area",
            "99999999999999999999999999999999",
            "type_of(area)",
        ] {
            let refused = Program::compile(text).map(|_| ()).unwrap_err();
            assert!(matches!(refused, FormulaError::Syntax(_)), "{text}: {refused:?}");
        }
        assert_eq!(Program::compile("area * 2 % 3").map(|_| ()), Err(FormulaError::Syntax(10)));
        let deep = format!("{}1{}", "(".repeat(60), ")".repeat(60));
        assert_eq!(Program::compile(&deep).map(|_| ()), Err(FormulaError::TooComplex));
        assert_eq!(Program::compile(&"1+".repeat(300)).map(|_| ()), Err(FormulaError::TooComplex));
    }

    #[test]
    fn an_error_never_becomes_a_number() {
        for (text, error) in [
            ("1 / 0", FormulaError::Arithmetic),
            ("area / (floor + 1)", FormulaError::Arithmetic),
            ("79228162514264337593543950335 * 10", FormulaError::Arithmetic),
            ("area > 60", FormulaError::NotANumber),
            ("if area > 99 { 1 }", FormulaError::NotANumber),
            ("if area { 1 } else { 2 }", FormulaError::NotANumber),
            ("round(area, 0.5)", FormulaError::NotANumber),
            ("round(area, 11)", FormulaError::NotANumber),
            ("min(area)", FormulaError::NotANumber),
            ("min(area > 1, 2)", FormulaError::NotANumber),
            ("usage * 2", FormulaError::Missing("usage".parse().unwrap())),
        ] {
            assert_eq!(run(text), Err(error), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn no_text_makes_it_panic_or_run_long(
            text in "[a-c0-9 .+*/(){}<>=!&|,\\-]{0,80}|(if |else |min\\(|round\\(|area|[0-9.]{1,30}|[+*/<,(){}\\-]| ){0,30}|\\PC{0,60}",
        ) {
            let _ = run(&text);
        }

        #[test]
        fn sums_and_products_are_those_of_the_decimals(a in -1_000_000_i64..1_000_000, b in 1_i64..1_000_000) {
            let (a, b) = (Decimal::new(a, 3), Decimal::new(b, 2));
            let values = BTreeMap::from([("a".parse().unwrap(), a), ("b".parse().unwrap(), b)]);
            let value = |text: &str| Program::compile(text).unwrap().run(&values).unwrap();
            prop_assert_eq!(value("a * b - a"), a * b - a);
            prop_assert_eq!(value("a / b"), a / b);
            prop_assert_eq!(value("if a < b { a } else { b }"), a.min(b));
        }
    }
}
