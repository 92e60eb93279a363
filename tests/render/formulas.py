r"""Formulas as GLM models write them in answers, by what each is an example of."""

from typing import Final

from hypothesis import strategies as st
from latex2mathml import commands

# ruff: noqa: E501 - a formula stays in one piece

FORMULAS: Final = {
    "quadratic": r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    "sum": r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}",
    "integral": r"\int_{0}^{\infty} e^{-x^2}\,\mathrm{d}x = \frac{\sqrt{\pi}}{2}",
    "limit": r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    "derivation": r"\begin{aligned} f(x) &= (x+1)^2 \\[4pt] &= x^2 + 2x + 1 \\ &\geq 0 \end{aligned}",
    "cases": r"f(x) = \begin{cases} x^2, & \text{若 } x \geq 0 \\ -x, & \text{否则} \end{cases}",
    "matrix": r"A = \begin{pmatrix} a_{11} & a_{12} & \cdots & a_{1n} \\ \vdots & \vdots & \ddots & \vdots \\ a_{m1} & a_{m2} & \cdots & a_{mn} \end{pmatrix}",
    "determinant": r"\det(A) = \begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc",
    "array": r"\left[\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array}\right]",
    "boxed": r"\boxed{x = \dfrac{3}{4}}",
    "set": r"S = \left\{ x \in \mathbb{R} \mid x > 0 \right\}",
    "chinese": r"\text{速度} = \frac{\text{路程}}{\text{时间}} = 60\ \text{km/h}",
    "chinese_index": r"F_{\text{合}} = m a_{\text{平均}}",
    "percent": r"\text{增长率} = \frac{120 - 100}{100} \times 100\% = 20\%",
    "gradient": r"\theta_{t+1} = \theta_t - \eta \cdot \nabla_\theta J(\theta_t)",
    "softmax": r"\operatorname{softmax}(z_i) = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}",
    "argmin": r"\hat{\theta} = \operatorname*{arg\,min}_{\theta} \sum_{i} \left\| y_i - f_\theta(x_i) \right\|_2^2",
    "attention": r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^{T}}{\sqrt{d_k}}\right)V",
    "probability": r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}",
    "expectation": r"\mathbb{E}[X] = \int_{-\infty}^{+\infty} x\, p(x)\, dx",
    "binomial": r"(a+b)^n = \sum_{k=0}^{n} \binom{n}{k} a^{n-k} b^k",
    "maxwell": r"\nabla \times \vec{E} = -\frac{\partial \vec{B}}{\partial t}",
    "schroedinger": r"i\hbar \frac{\partial}{\partial t} \Psi(\mathbf{r}, t) = \hat{H} \Psi(\mathbf{r}, t)",
    "reaction": r"\ce{2H2 + O2 ->[点燃] 2H2O}",
    "arrow": r"\text{CaCO}_3 \xrightarrow{\text{高温}} \text{CaO} + \text{CO}_2\uparrow",
    "complexity": r"T(n) = 2T\left(\frac{n}{2}\right) + O(n) \Rightarrow T(n) = O(n \log n)",
    "tag": r"E = mc^2 \tag{1}",
    "geometry": r"\because \angle ABC = 90^\circ,\ \therefore AC^2 = AB^2 + BC^2",
    "underbrace": r"\underbrace{1 + 1 + \cdots + 1}_{n \text{ 个}} = n",
    "root": r"\sqrt[3]{x^3 + y^3} \neq x + y,\quad \left.\frac{dy}{dx}\right|_{x=0} = f'(0)",
    "continued": r"x = a_0 + \cfrac{1}{a_1 + \cfrac{1}{a_2 + \cfrac{1}{a_3}}}",
    "logic": r"\forall \varepsilon > 0,\ \exists \delta > 0,\ |x - a| < \delta \implies |f(x) - L| < \varepsilon",
    "solution": r"\begin{cases} 2x + y = 5 \\ x - y = 1 \end{cases} \Longrightarrow \begin{cases} x = 2 \\ y = 1 \end{cases}",
    "colour": r"\textcolor{red}{a^2} + \color{blue}{b^2} = c^2",
}


COMMANDS: Final = {
    name
    for value in vars(commands).values()
    for name in ([value] if isinstance(value, str) else value if isinstance(value, tuple | dict) else [])
    if isinstance(name, str) and name.startswith("\\")
}
"""Every command that latex2mathml knows of."""
_SIGNS = [*"{}{}_^&ab12+-=()[]|.,'%~#!<>*/ ", *"é中∑$\\\u2028\u200b", "10em", "-1em"]
_PIECES = [
    r"\\", r"\left(", r"\right)", r"\left\{", r"\right.", r"\middle|", r"\begin{matrix}", r"\end{matrix}",
    r"\begin{array}{c|c}", r"\end{array}", r"\begin{cases}", r"\end{cases}", r"\begin{aligned}",
    r"\end{aligned}", r"\text{a $x$ b}", r"\ce{H2O ->[a] b}", r"\frac{a}{b}", r"\tag{1}", r"\sqrt[3]{x}",
]  # fmt: skip


def tex_like() -> st.SearchStrategy[str]:
    """Return texts that look like TeX, and now and then are."""
    command = st.sampled_from(sorted(COMMANDS))
    piece = st.one_of(st.sampled_from(_SIGNS), command, st.sampled_from(_PIECES))
    loose = st.lists(piece, max_size=25).map("".join)
    grouped = st.builds("{0}{{{1}}}{{x}}".format, command, st.lists(command, max_size=8).map("".join))
    return st.one_of(loose, grouped)


MATH_ELEMENTS: Final = {
    "math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
MATH_ATTRIBUTES: Final = {
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle", "fence", "form",
    "height", "largeop", "linebreak", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant",
    "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel",
    "separator", "stretchy", "voffset", "width",
}  # fmt: skip
