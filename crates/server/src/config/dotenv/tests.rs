use proptest::prelude::*;

use super::*;

fn value(text: &str) -> String {
    let found = read(text);
    assert_eq!(found.refused, [], "{text:?}");
    found.values["A"].clone()
}

/// The rules of dotenv's README, and what its own tests hold it to.
#[test]
fn values_are_those_that_nodes_dotenv_reads() {
    for (line, expected) in [
        ("A=basic", "basic"),
        ("A=", ""),
        ("A=''", ""),
        ("A=\"\"", ""),
        ("A=$HOME/${HOME}/$(id)\\$x", "$HOME/${HOME}/$(id)\\$x"),
        ("A=\"$HOME and more\"", "$HOME and more"),
        ("A=  some spaced out string  ", "some spaced out string"),
        ("A='   some spaced out string   '", "   some spaced out string   "),
        ("A=\"   some spaced out string   \"", "   some spaced out string   "),
        ("A='double \"quotes\" work'", "double \"quotes\" work"),
        ("A=\"single 'quotes' work\"", "single 'quotes' work"),
        ("A=`'single' and \"double\"`", "'single' and \"double\""),
        ("A=\"a \\\" stays\"", "a \\\" stays"),
        ("A=\"C:\\folder\\\"", "C:\\folder\\"),
        ("A='C:\\folder\\' # here", "C:\\folder\\"),
        ("A={\"foo\": \"bar\"}", "{\"foo\": \"bar\"}"),
        ("A=O'Brien", "O'Brien"),
        ("A=\"expand\\nnew\\rlines\"", "expand\nnew\rlines"),
        ("A='dontexpand\\nnewlines'", "dontexpand\\nnewlines"),
        ("A=dontexpand\\nnewlines", "dontexpand\\nnewlines"),
        ("A=inline # work #very #well", "inline"),
        ("A='outside of #quotes' # work", "outside of #quotes"),
        ("A=\"outside of #quotes\" # with \" inside", "outside of #quotes"),
        ("A=`outside of #backticks`# work", "outside of #backticks"),
        ("A==equals=", "=equals="),
        ("   A =  parsed", "parsed"),
        ("A\t=\tparsed", "parsed"),
        ("export A=exported", "exported"),
        ("  export   A = exported", "exported"),
        ("A: yaml", "yaml"),
        ("A=first\nA=last", "last"),
        ("A=\"THIS\nIS\nA\nMULTILINE\nSTRING\"\nB=x", "THIS\nIS\nA\nMULTILINE\nSTRING"),
        ("A='THIS\r\nIS'\r\nB=x", "THIS\nIS"),
        ("B=x\r\nA=crlf\r\n", "crlf"),
        ("B=x\rA=cr\r", "cr"),
        ("\u{feff}A=behind a byte order mark", "behind a byte order mark"),
        ("# comment\n\n  # comment\nA=after", "after"),
        ("A=größe ☃", "größe ☃"),
    ] {
        assert_eq!(value(line), expected, "{line:?}");
    }
}

#[test]
fn lines_that_are_none_of_it_are_refused_by_number_and_the_others_read() {
    let text =
        "A=1\nno assignment\n=x\nB=\"two\nlines\"\nexport C\nD='open\nE=\"a\" b\n5 6=7\nF=2\n";
    let found = read(text);
    let refused: Vec<_> = found.refused.iter().map(|it| (it.line, it.text)).collect();
    assert_eq!(
        refused,
        [
            (2, NO_ASSIGNMENT),
            (3, NO_ASSIGNMENT),
            (6, NO_ASSIGNMENT),
            (7, NOT_CLOSED),
            (8, GOES_ON),
            (9, NO_ASSIGNMENT),
        ]
    );
    let values: Vec<_> = found.values.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(values, [("A", "1"), ("B", "two\nlines"), ("F", "2")]);
}

#[test]
fn a_value_that_ends_at_a_hash_is_read_as_node_does_and_doubted() {
    for (line, read_as, doubted) in [
        ("A=pa#ss", "pa", true),
        ("A=#pass", "", true),
        ("A=pa #ss", "pa", false),
        ("A= # ss", "", false),
        ("A='pa#ss'", "pa#ss", false),
    ] {
        assert_eq!(value(line), read_as, "{line}");
        assert_eq!(!read(line).doubtful.is_empty(), doubted, "{line}");
    }
}

proptest! {
    #[test]
    fn every_text_is_read_and_no_line_beyond_its_end_is_named(text in any::<String>()) {
        let lines = text.matches(['\r', '\n']).count() + 1;
        let found = read(&text);
        prop_assert!(found.refused.iter().all(|it| (1..=lines).contains(&it.line)));
    }

    /// Lines of the kind that files have, cut and put together in every way.
    #[test]
    fn what_looks_like_a_file_is_read_too(text in "([A-C]=|export |#|[\"'`]|\\\\|\\\\n|\\$[{]?x| |\n|\r\n|:){0,24}") {
        let found = read(&text);
        prop_assert!(found.refused.len() <= text.lines().count());
    }

    #[test]
    fn a_value_in_quotes_comes_back_as_it_is(
        before in "(|# it's\n|B=x\n)",
        value in "[^'\r]*[^'\r\\\\]",
        after in "(|\n| # it's\n|\nB='y'\n)",
    ) {
        let text = format!("{before}A='{value}'{after}");
        prop_assert_eq!(&read(&text).values["A"], &value);
    }

    #[test]
    fn a_value_without_quotes_is_literal(value in "[^\\s'\"`#][^\r\n#]*[^\\s#]") {
        let text = format!("A={value}\nB=x");
        prop_assert_eq!(&read(&text).values["A"], value.trim());
    }
}
