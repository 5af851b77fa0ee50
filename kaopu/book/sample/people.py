"""Made-up borrowers. The names are common ones put together by chance; no phone network gives out numbers in 12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.party.core.party import Kind, NewParty

if TYPE_CHECKING:
    from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力鹏飞燕玲宁浩宇欣怡梓涵子轩雨晨佳琪思远"
    "志国嘉慧丹凯晓琳俊峰雪梅海波春生"
)
TRADES = ("食品", "服饰", "五金", "餐饮", "物流", "农产", "建材", "文具")
PREFIX = "120"


def people(chance: Random, count: int, source: str, organisations: int) -> list[NewParty]:
    """`count` borrowers, the last `organisations` of them shops. Phones are all different."""
    numbers = chance.sample(range(10**8), count)
    found = []
    for place, number in enumerate(numbers):
        is_shop = place >= count - organisations
        given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))
        name = chance.choice(SURNAMES) + given
        if is_shop:
            name = f"{given}{chance.choice(TRADES)}店"
        found.append(
            NewParty(
                kind=Kind.ORGANISATION if is_shop else Kind.PERSON,
                name=name,
                phone=f"{PREFIX}{number:08d}",
                source=source,
                external_id=f"P{place + 1:06d}",
            )
        )
    return found
