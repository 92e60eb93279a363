import pytest

from glmdesk.render.chemistry import chemistry


@pytest.mark.parametrize(
    ("source", "tex"),
    [
        ("H2O", "H_{2}O"),
        ("2H2 + O2 -> 2H2O", r"2H_{2} + O_{2}\rightarrow 2H_{2}O"),
        ("SO4^2-", "SO_{4}^{2-}"),
        ("Fe^{3+}", "Fe^{3+}"),
        ("NH4+ + OH-", "NH_{4}^{+} + OH^{-}"),
        ("^{14}_{6}C", "^{14}_{6}C"),
        ("[Cu(NH3)4]^2+", "[Cu(NH_{3})_{4}]^{2+}"),
        ("CuSO4.5H2O", r"CuSO_{4}\cdot 5H_{2}O"),
        ("1/2 O2", r"1/2\ O_{2}"),
        ("H3C-CH=CH2", "H_{3}C-CH=CH_{2}"),
        ("N2 + 3H2 <=> 2NH3", r"N_{2} + 3H_{2}\rightleftharpoons 2NH_{3}"),
        ("CaCO3 ->[高温] CaO + CO2 ^", r"CaCO_{3}\xrightarrow{\text{高温}}CaO + CO_{2}\uparrow "),
        ("Ag+ + Cl- -> AgCl v", r"Ag^{+} + Cl^{-}\rightarrow AgCl\downarrow "),
        ("A <=>[催化剂][\\Delta] B", r"A\xrightleftharpoons[{\Delta }]{\text{催化剂}}B"),
        (r"A ->[\text{点燃}] B", r"A\xrightarrow{\text{点燃}}B"),
        (r"A \xrightarrow[\Delta]{\text{MnO2}} B", r"A\xrightarrow[{\Delta }]{\text{MnO2}}B"),
        (r"2H2O \xlongequal{通电} 2H2 \uparrow", r"2H_{2}O\xlongequal{\text{通电}}2H_{2}\ \uparrow "),
        (r"A \rightleftharpoons B", r"A\ \rightleftharpoons \ B"),
        ("A -> [B]", r"A\rightarrow [B]"),
        ("", ""),
    ],
)
def test_a_reaction_is_tex(source: str, tex: str) -> None:
    assert chemistry(source) == tex


@pytest.mark.parametrize(
    "source",
    [
        r"\def\a{b}",
        "{H2O}",
        "A ->[B ->[C] D] E",
        r"\text{$x$}",
        r"\xrightarrow{\frac{a}{b}}",
        "x^{\\a}",
        "$x$",
        "H2O & B",
    ],
)
def test_what_it_does_not_know_is_refused(source: str) -> None:
    assert chemistry(source) is None


def test_arrows_on_arrows_do_not_nest() -> None:
    assert chemistry("->[" * 1_000) is None
