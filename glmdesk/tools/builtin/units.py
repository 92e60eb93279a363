"""Units of measurement, converted exactly by a table of our own.

Source: SI brochure (9th edition), NIST SP 811 appendix B, and for Chinese market units the order of the State
Council of 1959 (1 斤 = 500 g, 1 里 = 500 m, 1 亩 = 2000/3 m²). The library for this, pint, takes 0.3 s to
import, knows none of these, and calculates in binary fractions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Final

from msgspec import Meta

from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.tools.builtin.arithmetic import pi
from glmdesk.tools.builtin.numbers import exact, rounded, to_decimal
from glmdesk.tools.builtin.tool import Refused, built_in

_MOST_CHARACTERS: Final = 100
_MOST_EXPONENT: Final = 300
_DIGITS: Final = 60
"""Of π, where an angle is in radians."""

_DESCRIPTION: Final = (
    "Convert a quantity between units, exactly: length, area, volume, mass, temperature, time, speed, "
    "pressure, energy, power, force, data and angle; SI, imperial and US units, Chinese market units (斤 "
    "两 里 尺 寸 亩). No currencies. Capital letters matter where units differ by them: MB is megabyte, Mb "
    "megabit."
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is to be converted."""

    value: Annotated[str | int | float, Meta(description="A decimal number")]
    unit: Annotated[str, Meta(description="Its unit, such as km, mi, 亩, °F, km/h, GiB")]
    to: Annotated[str, Meta(description="The unit that is wanted")]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: so many of the basic one of its quantity, beginning at `zero` of it."""

    quantity: str
    name: str
    factor: Fraction
    zero: Fraction = Fraction(0)
    is_rounded: bool = False


def converter() -> Tool:
    """Return the tool."""
    return built_in("convert_unit", _("Unit conversion"), _DESCRIPTION, Conversion, _run)


async def _run(asked: Conversion, _scene: Scene) -> str:
    return convert(_number(asked.value), asked.unit, asked.to)


def convert(value: Fraction, unit: str, to: str) -> str:
    """Return a quantity in another unit. Raises Refused where that is none, or one of something else."""
    first, second = _unit(unit), _unit(to)
    if first.quantity != second.quantity:
        raise Refused(f"{first.name} is a unit of {first.quantity}, {second.name} of {second.quantity}.")
    amount = ((value + first.zero) * first.factor) / second.factor - second.zero
    is_rounded = first.is_rounded != second.is_rounded
    result = f"≈ {rounded(to_decimal(amount, _DIGITS))}" if is_rounded else exact(amount)
    return f"{exact(value)} {first.name} = {result} {second.name}".replace("= ≈", "≈")


def _number(value: str | float) -> Fraction:
    text = str(value).strip().replace("−", "-")
    try:
        # `repr` of a float is what the model wrote, or the shortest that is the same.
        number = Decimal(text) if len(text) <= _MOST_CHARACTERS else Decimal("nan")
    except ArithmeticError as error:
        raise Refused(f"“{text[:_MOST_CHARACTERS]}” is not a number.") from error
    if not number.is_finite() or abs(number.adjusted()) > _MOST_EXPONENT:
        raise Refused(f"The value has to be a number of at most {_MOST_EXPONENT} digits.")
    return Fraction(number)


def _unit(name: str) -> Unit:
    plain = name.strip().replace("²", "2").replace("³", "3").replace("^", "").replace("µ", "μ")
    exactly, loosely = _units()
    found = exactly.get(plain) or exactly.get(plain.replace(" ", ""))
    if found is None:
        key = " ".join(plain.casefold().replace("_", " ").split())
        candidates = loosely.get(key) or loosely.get(key.removesuffix("s")) or ()
        if len(candidates) > 1:
            listed = " or ".join(unit.name for unit in candidates)
            raise Refused(f"“{name[:_MOST_CHARACTERS]}” may be {listed}.")
        found = candidates[0] if candidates else None
    if found is None:
        quantities = ", ".join(dict.fromkeys(unit.quantity for unit in exactly.values()))
        raise Refused(f"“{name[:_MOST_CHARACTERS]}” is not a known unit. There are units of {quantities}.")
    return found


_PREFIXES: Final = {
    "p": ("pico", -12),
    "n": ("nano", -9),
    "μ": ("micro", -6),
    "m": ("milli", -3),
    "c": ("centi", -2),
    "d": ("deci", -1),
    "h": ("hecto", 2),
    "k": ("kilo", 3),
    "M": ("mega", 6),
    "G": ("giga", 9),
    "T": ("tera", 12),
}
_BINARY: Final = {
    "Ki": ("kibi", 1),
    "Mi": ("mebi", 2),
    "Gi": ("gibi", 3),
    "Ti": ("tebi", 4),
    "Pi": ("pebi", 5),
}
# Quantity, what the basic unit is called, the names of each unit (the first is shown), and how much it is.
# A `*` before the names lets the first of them have the prefixes of SI, and the second those in words.
_TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "length": {
        "*m metre meter 米 公尺": "1",
        "km 公里 千米": "1000",
        "cm 厘米 公分": "1/100",
        "mm 毫米": "1/1000",
        "μm um micron 微米": "1/1000000",
        "nm 纳米": "1/1000000000",
        "in inch inches 英寸": "254/10000",
        "ft foot feet 英尺": "3048/10000",
        "yd yard 码": "9144/10000",
        "mi mile 英里": "1609344/1000",
        "nmi nautical_mile 海里": "1852",
        "au astronomical_unit 天文单位": "149597870700",
        "ly light_year lightyear 光年": "9460730472580800",
        "里 市里 li": "500",
        "丈 市丈": "10/3",
        "尺 市尺": "1/3",
        "寸 市寸": "1/30",
    },
    "area": {
        "m2 square_metre square_meter sqm 平方米 平米 ㎡": "1",
        "km2 square_kilometre square_kilometer 平方公里 平方千米": "1000000",
        "cm2 square_centimetre square_centimeter 平方厘米": "1/10000",
        "mm2 square_millimetre square_millimeter 平方毫米": "1/1000000",
        "ha hectare 公顷": "10000",
        "are 公亩": "100",
        "in2 square_inch sqin 平方英寸": "64516/100000000",
        "ft2 square_foot square_feet sqft 平方英尺": "9290304/100000000",
        "yd2 square_yard 平方码": "83612736/100000000",
        "mi2 square_mile 平方英里": "2589988110336/1000000",
        "acre 英亩": "40468564224/10000000",
        "亩 市亩 mu": "2000/3",
        "顷 市顷": "200000/3",
        "坪 ping": "400/121",
    },
    "volume": {
        "m3 cubic_metre cubic_meter 立方米": "1",
        "*L litre liter 升 公升": "1/1000",
        "l": "1/1000",
        "mL ml 毫升 cc cm3 cubic_centimetre cubic_centimeter 立方厘米": "1/1000000",
        "mm3 cubic_millimetre cubic_millimeter 立方毫米": "1/1000000000",
        "dm3 cubic_decimetre cubic_decimeter 立方分米": "1/1000",
        "km3 cubic_kilometre cubic_kilometer 立方公里": "1000000000",
        "in3 cubic_inch 立方英寸": "16387064/1000000000000",
        "ft3 cubic_foot cubic_feet 立方英尺": "28316846592/1000000000000",
        "gal gallon us_gallon 加仑 美制加仑": "3785411784/1000000000000",
        "qt quart 夸脱": "946352946/1000000000000",
        "pt pint 品脱": "473176473/1000000000000",
        "cup 杯": "2365882365/10000000000000",
        "fl_oz floz fluid_ounce 液量盎司": "295735295625/10000000000000000",
        "tbsp tablespoon 汤匙": "1478676478125/100000000000000000",
        "tsp teaspoon 茶匙": "492892159375/100000000000000000",
        "imp_gal imperial_gallon uk_gallon 英制加仑": "454609/100000000",
        "imp_pt imperial_pint uk_pint 英制品脱": "56826125/100000000000",
        "bbl oil_barrel barrel 桶": "158987294928/1000000000000",
        "斗 市斗": "1/100",
    },
    "mass": {
        "*g gram 克 公克": "1",
        "kg 公斤 千克 kilo": "1000",
        "mg 毫克": "1/1000",
        "μg ug 微克": "1/1000000",
        "t tonne metric_ton 吨 公吨": "1000000",
        "ct carat 克拉": "1/5",
        "oz ounce 盎司": "28349523125/1000000000",
        "lb lbs pound 磅": "45359237/100000",
        "st stone 英石": "635029318/100000",
        "short_ton us_ton 短吨": "90718474/100",
        "long_ton imperial_ton 长吨": "10160469088/10000",
        "gr grain 格令": "6479891/100000000",
        "ozt troy_ounce 金衡盎司": "311034768/10000000",
        "斤 市斤 jin catty": "500",
        "两 市两 liang": "50",
        "钱 市钱": "5",
        "担 市担": "50000",
    },
    "time": {
        "*s second sec 秒": "1",
        "ms 毫秒": "1/1000",
        "μs us 微秒": "1/1000000",
        "ns 纳秒": "1/1000000000",
        "min minute 分钟": "60",
        "h hour hr 小时 时": "3600",
        "d day 天 日": "86400",
        "week wk 周 星期": "604800",
        "刻 刻钟": "900",
        "时辰": "7200",
        "julian_year yr year 年": "31557600",
    },
    "speed": {
        "m/s mps metre_per_second meter_per_second 米/秒 米每秒": "1",
        "km/h kmh kph kilometre_per_hour kilometer_per_hour 公里/小时 千米每小时 公里每小时": "5/18",
        "km/s 公里/秒 千米每秒": "1000",
        "mph mi/h mile_per_hour 英里/小时 英里每小时": "44704/100000",
        "ft/s fps foot_per_second 英尺/秒": "3048/10000",
        "kn knot kt 节": "1852/3600",
        "c speed_of_light 光速": "299792458",
    },
    "pressure": {
        "*Pa pascal 帕 帕斯卡": "1",
        "kPa 千帕": "1000",
        "MPa 兆帕": "1000000",
        "hPa 百帕": "100",
        "bar 巴": "100000",
        "mbar millibar 毫巴": "100",
        "atm atmosphere 标准大气压 大气压": "101325",
        "mmHg 毫米汞柱": "133322387415/1000000000",
        "Torr torr 托": "101325/760",
        "inHg 英寸汞柱": "3386389/1000",
        "psi pound_per_square_inch 磅/平方英寸": "44482216152605/6451600000",
        "kgf/cm2 at 公斤/平方厘米": "980665/10",
    },
    "energy": {
        "*J joule 焦 焦耳": "1",
        "kJ 千焦": "1000",
        "MJ 兆焦": "1000000",
        "*Wh watt_hour watthour 瓦时": "3600",
        "kWh 千瓦时 度电": "3600000",
        "*cal calorie 卡 卡路里": "4184/1000",
        "kcal Cal 大卡 千卡": "4184",
        "*eV electronvolt 电子伏 电子伏特": "1602176634/10000000000000000000000000000",
        "BTU btu british_thermal_unit 英热单位": "105505585262/100000000",
        "ft·lbf foot_pound": "13558179483314004/10000000000000000",
        "tce 吨标准煤": "29307600000",
    },
    "power": {
        "*W watt 瓦 瓦特": "1",
        "kW 千瓦": "1000",
        "MW 兆瓦": "1000000",
        "hp horsepower 英制马力": "745699871582270220/1000000000000000",
        "PS metric_horsepower 马力 公制马力": "73549875/100000",
        "BTU/h btu/h": "105505585262/360000000000",
    },
    "force": {
        "*N newton 牛 牛顿": "1",
        "kN 千牛": "1000",
        "kgf kilogram_force 千克力 公斤力": "980665/100000",
        "lbf pound_force 磅力": "44482216152605/10000000000000",
        "dyn dyne 达因": "1/100000",
    },
    "data": {
        "*bit 比特 位": "1",
        "b": "1",
        "*B byte 字节": "8",
        "KB": "8000",
        "Kb Kbit kb": "1000",
        "Mb 兆比特": "1000000",
        "Gb": "1000000000",
        "Tb": "1000000000000",
        "PB petabyte": "8000000000000000",
    },
    "angle": {
        "° deg degree 度": "1",
        "′ arcmin arcminute 角分": "1/60",
        "″ arcsec arcsecond 角秒": "1/3600",
        "gon grad gradian 百分度": "9/10",
        "turn revolution rev 圈 周角": "360",
    },
}
_BINARY_UNITS: Final = {"B": ("byte", Fraction(8)), "bit": ("bit", Fraction(1)), "b": ("bit", Fraction(1))}
_KELVIN: Final = "temperature"


@cache
def _units() -> tuple[Mapping[str, Unit], Mapping[str, tuple[Unit, ...]]]:
    """Return all units by each of their names, and once more without regard to capital letters."""
    exactly: dict[str, Unit] = {}
    for name, unit in _named():
        exactly.setdefault(name, unit)
    loosely: dict[str, tuple[Unit, ...]] = {}
    for name, unit in exactly.items():
        key = name.casefold()
        known = loosely.get(key, ())
        if all((unit.quantity, unit.factor, unit.zero) != (it.quantity, it.factor, it.zero) for it in known):
            loosely[key] = (*known, unit)
    return exactly, loosely


def _named() -> Iterator[tuple[str, Unit]]:
    """Yield each name of each unit; where a name comes twice the first one counts."""
    for quantity, units in _TABLE.items():
        for names, factor in units.items():
            first, *others = (name.replace("_", " ") for name in names.removeprefix("*").split(" "))
            unit = Unit(quantity, first, Fraction(factor))
            for name in (first, *others):
                yield name, unit
    for quantity, units in _TABLE.items():
        for names, factor in units.items():
            if names.startswith("*"):
                yield from _prefixed(quantity, names.removeprefix("*").split(" "), Fraction(factor))
    for symbol, (word, size) in _BINARY_UNITS.items():
        for prefix, (long, power) in _BINARY.items():
            unit = Unit("data", prefix + symbol, size * 1024**power)
            yield prefix + symbol, unit
            yield long + word, unit
    yield from _temperatures()
    radian = Unit("angle", "rad", 180 / Fraction(pi(_DIGITS)), is_rounded=True)
    yield from ((name, radian) for name in ("rad", "radian", "弧度"))


def _prefixed(quantity: str, names: list[str], factor: Fraction) -> Iterator[tuple[str, Unit]]:
    for prefix, (word, power) in _PREFIXES.items():
        unit = Unit(quantity, prefix + names[0], factor * Fraction(10) ** power)
        yield prefix + names[0], unit
        yield from ((word + name, unit) for name in names[1:] if name.isascii())


def _temperatures() -> Iterator[tuple[str, Unit]]:
    units = {
        "K kelvin 开 开尔文": Unit(_KELVIN, "K", Fraction(1)),
        "°C C ℃ celsius degC 摄氏度": Unit(_KELVIN, "°C", Fraction(1), Fraction("273.15")),
        "°F F ℉ fahrenheit degF 华氏度": Unit(_KELVIN, "°F", Fraction(5, 9), Fraction("459.67")),
        "°R R rankine 兰氏度": Unit(_KELVIN, "°R", Fraction(5, 9)),
    }
    for names, unit in units.items():
        yield from ((name, unit) for name in names.split(" "))
