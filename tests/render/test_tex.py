import pytest

from glmdesk.render.tex import MAX_DEPTH, MAX_LENGTH, UnreadableError, readable

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\frac{a}{b} + \alpha", r"\frac{a}{b} + \alpha"),
        (r"\begin{aligned}a&=b\end{aligned}", r"\begin{align*}{}a&=b\end{align*}"),
        (r"\begin{aligned}[t]a\end{aligned}", r"\begin{align*}{}a\end{align*}"),
        (r"\begin{alignat}{2}a&=b\end{alignat}", r"\begin{align*}{}a&=b\end{align*}"),
        (r"\begin{equation}a\end{equation}", "{a}"),
        (r"\begin{gathered}a\\b\end{gathered}", r"\begin{displaylines}{}a\\b\end{displaylines}"),
        (r"\begin{dcases}a\end{dcases}", r"\begin{cases}{}a\end{cases}"),
        (r"\begin{bmatrix}[1]\end{bmatrix}", r"\left[\begin{matrix}{}[1]\end{matrix}\right]"),
        (r"\begin{pmatrix*}[r]1\end{pmatrix*}", r"\left(\begin{matrix}{}1\end{matrix}\right)"),
        (r"\begin{align*}a\end{align*}", r"\begin{align*}{}a\end{align*}"),
        (r"\binom{n}{k}^2", r"{\binom{n}{k}}^2"),
        (r"\binom nk", r"\binom nk"),
        (r"\text{\$5, \$6}", rf"\text{{$5,{NBSP}$6}}"),
        (r"\begin{array}{|c|@{}l||r|}a\end{array}", r"\begin{array}{c|l|r}a\end{array}"),
        (r"\begin{array}{*{3}{c}|p{2cm}}a\end{array}", r"\begin{array}{ccc|l}a\end{array}"),
        (r"a\\[6pt] b\\*c\\ [d]", r"a\\ b\\c\\ [d]"),
        (r"E=mc^2 \tag{1}", r"E=mc^2 \qquad \text{(1)}"),
        (r"a \tag*{甲}\label{eq:a}", r"a \qquad \text{甲} "),
        (r"\text{若 $x>0$，则 100\%}", rf"\text{{若{NBSP}}}{{x>0}}\text{{，则{NBSP}100%}}"),
        (r"\text{a {b} \_c}", rf"\text{{a{NBSP}b{NBSP}_c}}"),
        (r"\mbox{a}\textrm{b}\text{}", r"\text{a}\text{b}{}"),
        (r"\operatorname*{arg\,max}_x", rf"\operatorname*{{arg{NBSP}max}}_x"),
        (r"\operatorname{softmax}x", r"\operatorname{softmax}x"),
        (r"\operatorname{f_1}x", r"\mathrm {f_1}x"),
        (r"\mathrm{d}x", r"\mathrm {d}x"),
        (r"\ce{H2O}", r"\mathrm {H_{2}O}"),
        ("50% #1", r"50\% \#1"),
        (r"\color{red}{a}b", r"\textcolor{#e05252}{a}b"),
        (r"\color{red} a", r"\color{#e05252} a"),
        (r"\color{black}a\textcolor{#ffffff}{b}", r" a {b}"),
        (r"\R \to \N", r"\mathbb {R}  \to \mathbb {N} "),
        (r"\fcolorbox{red}{blue}{a}", r"\boxed{\text{a}}"),
    ],
)
def test_what_models_write_is_read(written: str, read: str) -> None:
    assert readable(written) == read


@pytest.mark.parametrize(
    "source",
    [
        "{",
        "}",
        "}{",
        "\\",
        "$x$",
        r"\text",
        r"\text{a",
        r"\text{a $b}",
        r"\text{\alpha}",
        r"\begin{tikzpicture}\end{tikzpicture}",
        r"\left(",
        r"\right)\left(",
        r"\begin{array}a\end{array}",
        r"\def\a{b}",
        r"\newcommand{\a}{b}",
        r"\renewcommand\a{b}",
        r"\let\a\b",
        r"\input{a}",
        r"\href{https://a}{b}",
        r"\unicode{x41}",
        "x" * (MAX_LENGTH + 1),
        "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1),
        r"\text{$" * (MAX_DEPTH + 1) + "x" + "$}" * (MAX_DEPTH + 1),
    ],
)
def test_what_is_no_formula_or_does_more_than_one_is_refused(source: str) -> None:
    with pytest.raises(UnreadableError):
        readable(source)
