#!/usr/bin/env python3
"""contracts.py SEED COUNT OUT: fictional contracts, COUNT of each class, for the check across programmes.

Writes OUT/manifest.json and the files that it names:

    deals    [{owner, body, file}]           owner: 0, 1 or 2; body: of a deal without its file
    twins    [{class, deals: [index, …]}]    one thing that is claimed more than once
    near     [{class, deals: [index, …]}]    things that lawfully look alike: as many pairs as twins

Twins: exact (same file or number, respelt), renamed (new number, title, file), split (in parts whose amounts
add up), redated.
Near: framework contracts with their orders, yearly renewals, one template for different parties, numbers
that two parties each gave. Nothing of the program is used here.
"""
import datetime
import json
import os
import random
import sys

PLACES = ["成都", "绵阳", "宜宾", "德阳", "乐山", "自贡", "南充", "达州", "雅安", "遂宁"]
STEMS = ["青岚", "蜀光", "锦朔", "澄观", "云栖", "启衡", "远瓴", "砺成", "岷川", "雁行", "汾泽", "恒岳", "朔风", "霁月", "鸿钧",
         "瑞禾", "玉衡", "天璇", "开阳", "摇光", "若木", "扶桑", "沧浪", "浣花", "望江", "锦里", "芙蓉", "青羊", "武侯", "金沙"]
TRADES = ["新材料", "电子信息", "生物医药", "智能装备", "软件", "激光", "储能", "光伏", "轨道交通", "航空", "精密仪器", "特种钢"]
FORMS = ["有限公司", "股份有限公司", "研究院", "科技有限公司", "有限责任公司"]
THINGS = ["隔膜", "电解液", "波导片", "激光头", "轴承", "叶片", "传感器", "催化剂", "合金", "显示面板", "电机", "控制器", "涂层", "滤波器", "连接器", "泵阀"]
WORKS = ["制备方法", "检测装置", "封装结构", "控制系统", "冷却装置", "生产线", "回收工艺", "成型模具", "标定方法", "加工设备"]
TRAITS = ["高强度", "低温", "耐腐蚀", "轻量化", "自适应", "多级", "柔性", "高导热", "低噪声", "可拆卸", "双通道", "微型"]
PEOPLE = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨"]

KINDS = ["licence", "transfer", "other", "equity"]


class Generator:
    def __init__(self, seed, out):
        self.random, self.out = random.Random(seed), out
        self.deals, self.twins, self.near, self.count = [], [], [], 0
        os.makedirs(out, exist_ok=True)

    # --- values ----------------------------------------------------------------------------

    def party(self):
        r = self.random
        return f"{r.choice(PLACES)}{r.choice(STEMS)}{r.choice(STEMS)}{r.choice(TRADES)}{r.choice(FORMS)}（虚构）"

    def person(self):
        return self.random.choice(PEOPLE) + self.random.choice("甲乙丙丁戊己庚辛壬癸") + self.random.choice(["", "明", "华", "宁"])

    def patent(self):
        self.count += 1
        body = f"2030{self.random.randrange(1, 4)}{self.random.randrange(10000000):07d}"
        check = "0123456789X"[sum(int(c) * w for c, w in zip(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])) % 11]
        return f"CN{body}.{check}"

    def title(self):
        r = self.random
        return f"一种{r.choice(TRAITS)}{r.choice(THINGS)}{r.choice(WORKS)}"

    def number(self):
        r = self.random
        style = r.choice(["HT-{y}-{n:04d}", "{p}合字〔{y}〕{n}号", "ZL{y}{n:05d}", "IP/{y}/{n:03d}-{l}"])
        return style.format(y=r.randrange(2024, 2026), n=r.randrange(1, 9999), p=r.choice("蜀川成绵宜"), l=r.choice("ABCDEF"))

    def day(self):
        return datetime.date(2025, 1, 1) + datetime.timedelta(days=self.random.randrange(300))

    def contract(self, form=None):
        """What a contract says."""
        r = self.random
        form = r.randrange(len(KINDS)) if form is None else form
        day = self.day()
        amount = r.choice([r.randrange(5, 300) * 10000, r.randrange(50000, 3000000)])
        return {"form": form, "number": self.number(), "a": self.party(), "b": self.party(), "title": self.title(),
                "patents": [self.patent() for _ in range(r.choice([1, 1, 2]))], "amount": amount, "day": day,
                "pa": self.person(), "pb": self.person(), "account": f"{r.randrange(10 ** 15, 10 ** 16)}", "kind": KINDS[form]}

    # --- documents --------------------------------------------------------------------------

    def keep(self, content, ending):
        self.count += 1
        name = f"{self.count:05d}.{ending}"
        with open(os.path.join(self.out, name), "wb") as f:
            f.write(content)
        return name

    def pdf(self, c):
        """Another file each time."""
        return self.keep(f"%PDF-1.4\n% {c['number']} {self.count}\n%%EOF\n".encode(), "pdf")

    # --- claims -------------------------------------------------------------------------------

    def deal(self, c, file, owner=None, **other):
        body = {"contract_no": c["number"], "title": c["title"], "type": c["kind"], "signed": c["day"].isoformat(),
                "amount": f"{c['amount']}.00", "sides": [{"name": c["a"]}, {"name": c["b"]}], "patents": c["patents"]}
        body.update(other)
        owner = self.random.randrange(3) if owner is None else owner
        taken = {(d["owner"], d["body"]["contract_no"]) for d in self.deals}
        while (owner, body["contract_no"]) in taken:
            body["contract_no"] += "-1"  # another number, not another writing of it
        self.deals.append({"owner": owner, "body": {k: v for k, v in body.items() if v is not None}, "file": file})
        return len(self.deals) - 1

    def other_owner(self, index):
        return (self.deals[index]["owner"] + self.random.choice([1, 2])) % 3

    def full_width(self, text):
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    def exact(self):
        c, r = self.contract(), self.random
        file = self.pdf(c)
        first = self.deal(c, file)
        number, how = c["number"], r.randrange(4)
        if how == 0:
            number = self.full_width(number)
        elif how == 1:
            number = " " + number.replace("-", "－").lower().replace("〔", "[").replace("〕", "]")
        elif how == 2:
            number = self.number()
        second = self.deal(c, file if how >= 2 else self.pdf(c), self.other_owner(first), contract_no=number.strip())
        return [first, second]

    def renamed(self):
        c, r = self.contract(), self.random
        first = self.deal(c, self.pdf(c))
        other = {**c, "number": self.number(), "title": self.title(), "day": c["day"] + datetime.timedelta(days=r.choice([0, 0, 1, 4]))}
        if r.random() < 0.3:
            other["pa"], other["pb"] = self.person(), self.person()
        return [first, self.deal(other, self.pdf(other), r.choice([self.other_owner(first), self.deals[first]["owner"]]))]

    def split(self):
        c, r = self.contract(), self.random
        c["amount"] = max(c["amount"], 100000)
        first = self.deal(c, self.pdf(c))
        parts, left, owner = r.choice([2, 2, 3, 4]), c["amount"], self.other_owner(first) if r.random() < 0.7 else self.deals[first]["owner"]
        indexes = [first]
        for n in range(parts):
            amount = left if n == parts - 1 else r.choice([left // (parts - n), r.randrange(left // 5, left // 2)])
            left -= amount
            part = {**c, "number": self.number(), "title": f"{c['title']}（{'一二三四'[n]}期）", "amount": amount,
                    "day": c["day"] + datetime.timedelta(days=r.randrange(0, 12)), "account": f"{r.randrange(10 ** 15, 10 ** 16)}"}
            indexes.append(self.deal(part, self.pdf(part), owner))
        return indexes

    def redated(self):
        c, r = self.contract(r_form := self.random.choice([1, 3])), self.random
        first = self.deal(c, self.pdf(c))
        other = {**c, "form": r_form, "number": self.number(), "day": c["day"] + datetime.timedelta(days=r.randrange(30, 250))}
        return [first, self.deal(other, self.pdf(other), self.other_owner(first))]

    def framework(self):
        c, r = self.contract(2), self.random
        c["amount"] = r.randrange(80, 300) * 10000
        file = self.pdf(c)
        indexes, left, shared = [self.deal(c, file)], c["amount"], r.random() < 0.4
        for _ in range(r.choice([2, 3, 4])):
            amount = r.randrange(3, max(4, left // 40000)) * 10000
            left -= amount
            order = {**c, "number": self.number(), "amount": amount, "title": f"{c['title']}订单",
                     "day": c["day"] + datetime.timedelta(days=r.randrange(5, 200))}
            if left > 0:
                indexes.append(self.deal(order, file if shared else self.pdf(order), self.deals[indexes[0]]["owner"]))
        return indexes

    def renewal(self):
        c, r = self.contract(r_form := self.random.choice([0, 2])), self.random
        first = self.deal(c, self.pdf(c))
        again = {**c, "form": r_form, "number": self.number(), "day": c["day"] + datetime.timedelta(days=r.randrange(355, 375)),
                 "amount": c["amount"] if r.random() < 0.5 else int(c["amount"] * 1.1)}
        return [first, self.deal(again, self.pdf(again), self.deals[first]["owner"])]

    def template(self):
        r = self.random
        c = self.contract()
        first = self.deal(c, self.pdf(c))
        other = self.contract(c["form"])
        if r.random() < 0.4:
            other["a"], other["pa"] = c["a"], c["pa"]  # one centre, its form, another partner
        if r.random() < 0.4:
            other["amount"] = c["amount"]
        if r.random() < 0.4:
            other["day"] = c["day"]
        return [first, self.deal(other, self.pdf(other))]

    def same_number(self):
        c, other = self.contract(), self.contract()
        other["number"] = c["number"] = f"2025-{self.random.randrange(1, 60):03d}"
        first = self.deal(c, self.pdf(c))
        return [first, self.deal(other, self.pdf(other), self.other_owner(first))]

    def run(self, count):
        for kind in ["exact", "renamed", "split", "redated"]:
            self.twins += [{"class": kind, "deals": getattr(self, kind)()} for _ in range(count)]
        kinds = ["framework", "renewal", "template", "same_number", "template"]
        for kind in kinds:
            self.near += [{"class": kind, "deals": getattr(self, kind)()} for _ in range(count)]
        with open(os.path.join(self.out, "manifest.json"), "w", encoding="utf-8") as f:
            json.dump({"deals": self.deals, "twins": self.twins, "near": self.near}, f, ensure_ascii=False)


if __name__ == "__main__":
    Generator(int(sys.argv[1]), sys.argv[3]).run(int(sys.argv[2]))
