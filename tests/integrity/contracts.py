#!/usr/bin/env python3
"""contracts.py SEED COUNT OUT: fictional contracts, COUNT of each class, for the check across programmes.

Writes OUT/manifest.json and the files that it names:

    deals    [{owner, body, file}]           owner: 0, 1 or 2; body: of a deal without its file
    twins    [{class, deals: [index, …]}]    one thing that is claimed more than once
    near     [{class, deals: [index, …]}]    things that lawfully look alike: as many pairs as twins

Twins: exact (same file or number, respelt), renamed (new number, title, file), split (in parts whose amounts
add up), rescanned (another scan of the same pages: turned by up to 2 degrees, rescaled, noisy, JPEG), redated.
Near: framework contracts with their orders, yearly renewals, one template for different parties, numbers
that two parties each gave. Nothing of the program is used here.
"""
import datetime
import glob
import io
import json
import os
import random
import sys

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONT = (glob.glob("/usr/share/fonts/**/NotoSerifCJK-Regular.ttc", recursive=True) + [None])[0]
PLACES = ["成都", "绵阳", "宜宾", "德阳", "乐山", "自贡", "南充", "达州", "雅安", "遂宁"]
STEMS = ["青岚", "蜀光", "锦朔", "澄观", "云栖", "启衡", "远瓴", "砺成", "岷川", "雁行", "汾泽", "恒岳", "朔风", "霁月", "鸿钧",
         "瑞禾", "玉衡", "天璇", "开阳", "摇光", "若木", "扶桑", "沧浪", "浣花", "望江", "锦里", "芙蓉", "青羊", "武侯", "金沙"]
TRADES = ["新材料", "电子信息", "生物医药", "智能装备", "软件", "激光", "储能", "光伏", "轨道交通", "航空", "精密仪器", "特种钢"]
FORMS = ["有限公司", "股份有限公司", "研究院", "科技有限公司", "有限责任公司"]
THINGS = ["隔膜", "电解液", "波导片", "激光头", "轴承", "叶片", "传感器", "催化剂", "合金", "显示面板", "电机", "控制器", "涂层", "滤波器", "连接器", "泵阀"]
WORKS = ["制备方法", "检测装置", "封装结构", "控制系统", "冷却装置", "生产线", "回收工艺", "成型模具", "标定方法", "加工设备"]
TRAITS = ["高强度", "低温", "耐腐蚀", "轻量化", "自适应", "多级", "柔性", "高导热", "低噪声", "可拆卸", "双通道", "微型"]
PEOPLE = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨"]

# Four forms as offices and agents hand them out; what is filled in stands in braces.
FORM_TEXTS = [
    """专利实施许可合同
合同编号：{number}
许可方（甲方）：{a}
被许可方（乙方）：{b}
鉴于甲方拥有名称为“{title}”的专利，专利号为 {patents}，甲方愿意许可乙方实施该专利，乙方希望获得该专利的实施权，双方经平等协商，订立本合同，共同遵守。
第一条 名词和术语：本合同所称专利技术，是指甲方许可乙方实施的上述专利所覆盖的技术。
第二条 许可的方式与范围：本许可为普通许可，许可实施的地域为中华人民共和国境内，乙方不得再许可第三方实施。
第三条 技术资料的交付：甲方应当在本合同生效后三十日内，将实施专利所需的全部技术资料交付乙方。
第四条 使用费及支付方式：本合同涉及的使用费为人民币 {amount} 元，乙方应当按照约定的期限支付至甲方账户 {account}。
第五条 验收的标准与方法：乙方在甲方指导下生产出合格产品后，由双方共同签署验收报告。
第六条 对技术秘密的保密：双方对在履行合同过程中获知的对方技术秘密和经营信息承担保密义务。
第七条 后续改进的提供与分享：一方作出的后续改进归该方所有，另一方有优先使用的权利。
第八条 违约及索赔：任何一方违反约定的，应当按照使用费总额的百分之十向对方支付违约金。
第九条 争议的解决：双方发生争议的，应当协商解决；协商不成的，向甲方所在地人民法院提起诉讼。
第十条 合同的生效：本合同自双方签字盖章之日起生效，期限自 {date} 起至 {end} 止。
甲方代表：{pa}        乙方代表：{pb}
签订日期：{date}""",
    """技术转让（专利权）合同
项目名称：{title}
编号 {number}
受让方：{b}
让与方：{a}
依据有关法律的规定，合同双方就 {title} 专利权转让一事，经协商一致，签订本合同。
一、发明创造的名称及权利状况：{title}，专利号 {patents}，让与方保证该专利权有效，且未向任何第三方设立质押。
二、让与方向受让方交付全部专利申请文件、登记簿副本以及历次缴纳年费的凭证，交付地点为受让方住所地。
三、专利实施和实施许可的情况：本合同签订前让与方已经实施该专利的，合同签订后应当立即停止实施。
四、转让价款及支付：受让方向让与方支付该项专利权转让的价款共计 {amount} 元，汇入账号 {account}，一次付清。
五、过户手续由让与方负责办理，所需费用由受让方承担，自登记之日起专利权归受让方所有。
六、让与方保证所转让的专利权不存在权属争议，否则应当退还全部价款并赔偿损失。
七、合同被撤销或者专利权被宣告无效的，按照有关规定处理，双方另有约定的从其约定。
八、双方应当对本合同的内容以及在履行中知悉的商业秘密予以保密，保密期限为五年。
九、本合同一式四份，双方各执两份，自 {date} 起生效。
让与方经办人 {pa}      受让方经办人 {pb}
日期 {date}""",
    """知识产权运营服务协议
协议号：{number}
委托方：{a}
受托方：{b}
为提升委托方知识产权运营能力，双方就 {title} 相关专利（{patents}）的运营服务事宜达成如下协议。
1. 服务内容：受托方为委托方提供专利价值评估、许可对接、交易撮合以及专利导航分析等服务。
2. 服务期限：自 {date} 至 {end}，期满后双方可以协商续签。
3. 服务费用：委托方应当支付服务费共计人民币 {amount} 元（含税），收款账号为 {account}。
4. 成果交付：受托方应当按季度提交工作报告，报告应当包括对接企业名单以及进展情况。
5. 双方权利义务：委托方应当如实提供资料；受托方应当勤勉尽责，不得泄露委托方的商业秘密。
6. 知识产权归属：服务过程中形成的分析报告归委托方所有，受托方可以用于内部研究。
7. 违约责任：一方逾期履行的，每逾期一日应当支付服务费万分之五的违约金。
8. 协议变更与解除：经双方协商一致，可以书面变更或者解除本协议。
9. 不可抗力：因不可抗力不能履行的，受影响的一方应当及时通知对方并提供证明。
10. 其他：本协议未尽事宜，双方另行签订补充协议，补充协议与本协议具有同等效力。
委托方联系人：{pa}    受托方联系人：{pb}
签署日：{date}""",
    """专利权作价入股协议书
（编号：{number}）
甲方（专利权人）：{a}
乙方（目标企业）：{b}
甲方以其合法拥有的专利“{title}”（专利号：{patents}）作价出资，乙方同意接受，双方约定如下。
第1条 作价金额：经评估机构评估并经双方确认，上述专利作价人民币 {amount} 元。
第2条 甲方应当自协议生效之日起六十日内完成专利权的变更登记，将专利权过户至乙方名下。
第3条 乙方应当在专利权变更登记完成后三十日内办理工商变更登记，将甲方登记为股东。
第4条 甲方依其出资额享有股东权利，承担股东义务，乙方应当保障甲方的知情权与表决权。
第5条 甲方保证其对专利享有完整的权利，不存在质押、查封或者其他权利限制。
第6条 专利权在出资后被宣告无效的，除有证据证明甲方有恶意外，甲方不承担补足出资的责任。
第7条 现金补偿账户：{account}，仅用于双方确认的差额结算。
第8条 因本协议产生的争议，提交乙方所在地仲裁委员会仲裁，仲裁裁决为终局裁决。
第9条 本协议自 {date} 起生效，有效期至 {end}。
甲方签字人：{pa}　　乙方签字人：{pb}
{date}""",
]
KINDS = ["licence", "transfer", "other", "equity"]


def pdf_of_text(text):
    """A PDF whose text can be taken out: one font by its Unicode numbers, nothing embedded."""
    lines = []
    for line in text.split("\n"):
        while len(line) > 42:
            lines.append(line[:42])
            line = line[42:]
        lines.append(line)
    pages = [lines[i:i + 46] for i in range(0, len(lines), 46)]
    to_unicode = (b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
                  b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n100 beginbfrange\n"
                  + b"".join(b"<%02X00> <%02XFF> <%02X00>\n" % (i, i, i) for i in range(100)) + b"endbfrange\n100 beginbfrange\n"
                  + b"".join(b"<%02X00> <%02XFF> <%02X00>\n" % (i, i, i) for i in range(100, 200)) + b"endbfrange\n56 beginbfrange\n"
                  + b"".join(b"<%02X00> <%02XFF> <%02X00>\n" % (i, i, i) for i in range(200, 256)) + b"endbfrange\n"
                  b"endcmap CMapName currentdict /CMap defineresource pop end end\n")
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"",
              b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
              b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
              b" /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 >>",
              b"<< /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800"
              b" /Descent -200 /CapHeight 700 /StemV 80 >>",
              b"<< /Length %d >>\nstream\n" % len(to_unicode) + to_unicode + b"\nendstream"]
    kids = []
    for page in pages:
        content = b"BT /F 12 Tf 60 780 Td 16 TL\n" + b"".join(
            b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T*\n" for line in page) + b"ET"
        kids.append(len(bodies) + 1)
        bodies.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
                      b" /Contents %d 0 R >>" % (len(bodies) + 2))
        bodies.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    bodies[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % k for k in kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)


class Generator:
    def __init__(self, seed, out):
        self.random, self.out = random.Random(seed), out
        self.deals, self.twins, self.near, self.count = [], [], [], 0
        self.font = ImageFont.truetype(FONT, 26)
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
        form = r.randrange(len(FORM_TEXTS)) if form is None else form
        day = self.day()
        amount = r.choice([r.randrange(5, 300) * 10000, r.randrange(50000, 3000000)])
        return {"form": form, "number": self.number(), "a": self.party(), "b": self.party(), "title": self.title(),
                "patents": [self.patent() for _ in range(r.choice([1, 1, 2]))], "amount": amount, "day": day,
                "pa": self.person(), "pb": self.person(), "account": f"{r.randrange(10 ** 15, 10 ** 16)}", "kind": KINDS[form]}

    # --- documents --------------------------------------------------------------------------

    @staticmethod
    def text(c):
        end = c["day"] + datetime.timedelta(days=364)
        return FORM_TEXTS[c["form"]].format(
            number=c["number"], a=c["a"], b=c["b"], title=c["title"], patents="、".join(c["patents"]), amount=f"{c['amount']:,}.00",
            account=c["account"], date=f"{c['day'].year}年{c['day'].month}月{c['day'].day}日",
            end=f"{end.year}年{end.month}月{end.day}日", pa=c["pa"], pb=c["pb"])

    def pages(self, c):
        """The signed paper: pages at 150 dpi, with a seal."""
        lines = []
        for number, line in enumerate(self.text(c).split("\n")):
            indent = "　　" if number and len(line) > 20 else ""
            line = indent + line
            while self.font.getlength(line) > 1000:
                cut = len(line)
                while self.font.getlength(line[:cut]) > 1000:
                    cut -= 1
                lines.append(line[:cut])
                line = line[cut:]
            lines += [line, ""] if number == 0 else [line]
        out = []
        for first in range(0, len(lines), 36):
            page = Image.new("L", (1240, 1754), 255)
            draw = ImageDraw.Draw(page)
            for row, line in enumerate(lines[first:first + 36]):
                draw.text((120, 110 + row * 42), line, font=self.font, fill=20)
            out.append(page)
        draw, (x, y) = ImageDraw.Draw(out[-1]), (880, 110 + min(len(lines) - first, 36) * 42 - 90)
        draw.ellipse((x - 90, y - 90, x + 90, y + 90), outline=120, width=5)
        draw.text((x - 70, y - 14), c["b"][:5], font=self.font, fill=120)
        return out

    def scanned(self, page):
        """As a scanner gives it."""
        r = self.random
        page = page.rotate(r.uniform(-2, 2), resample=Image.BICUBIC, fillcolor=255)
        scale = r.uniform(0.6, 1.25)
        page = page.resize((int(page.width * scale), int(page.height * scale)), Image.BICUBIC)
        left, top = r.randrange(0, 30), r.randrange(0, 30)
        page = page.crop((left, top, page.width - r.randrange(0, 30), page.height - r.randrange(0, 30)))
        if r.random() < 0.5:
            page = page.filter(ImageFilter.GaussianBlur(r.uniform(0.2, 0.9)))
        page = ImageEnhance.Contrast(page).enhance(r.uniform(0.6, 1.0))
        page = ImageChops.add(page, Image.effect_noise(page.size, r.uniform(4, 28)), 1, -128)
        jpeg = io.BytesIO()
        page.save(jpeg, "JPEG", quality=r.randrange(35, 85))
        return Image.open(jpeg)

    def keep(self, content, ending):
        self.count += 1
        name = f"{self.count:05d}.{ending}"
        with open(os.path.join(self.out, name), "wb") as f:
            f.write(content)
        return name

    def scan(self, pages):
        """A file of a new scan of these pages."""
        scans = [self.scanned(p) for p in pages]
        to = io.BytesIO()
        if len(scans) == 1 and self.random.random() < 0.5:
            scans[0].save(to, "JPEG", quality=self.random.randrange(40, 85))
            return self.keep(to.getvalue(), "jpg")
        scans[0].save(to, "PDF", save_all=True, append_images=scans[1:], resolution=150, quality=self.random.randrange(40, 85))
        return self.keep(to.getvalue(), "pdf")

    def pdf(self, c):
        return self.keep(pdf_of_text(self.text(c)), "pdf")

    # --- claims -------------------------------------------------------------------------------

    def deal(self, c, file, owner=None, **other):
        body = {"contract_no": c["number"], "title": c["title"], "type": c["kind"], "signed": c["day"].isoformat(),
                "amount": f"{c['amount']}.00", "parties": [c["a"], c["b"]], "patents": c["patents"]}
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
        if r.random() < 0.3:
            pages = self.pages(c)
            file = self.scan(pages)
        else:
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
        first = self.deal(c, self.pdf(c) if r.random() < 0.7 else self.scan(self.pages(c)))
        parts, left, owner = r.choice([2, 2, 3, 4]), c["amount"], self.other_owner(first) if r.random() < 0.7 else self.deals[first]["owner"]
        indexes = [first]
        for n in range(parts):
            amount = left if n == parts - 1 else r.choice([left // (parts - n), r.randrange(left // 5, left // 2)])
            left -= amount
            part = {**c, "number": self.number(), "title": f"{c['title']}（{'一二三四'[n]}期）", "amount": amount,
                    "day": c["day"] + datetime.timedelta(days=r.randrange(0, 12)), "account": f"{r.randrange(10 ** 15, 10 ** 16)}"}
            indexes.append(self.deal(part, self.pdf(part), owner))
        return indexes

    def rescanned(self):
        c, r = self.contract(), self.random
        pages = self.pages(c)
        first = self.deal(c, self.scan(pages))
        hidden = {**c, "number": self.number(), "title": self.title(), "day": c["day"] + datetime.timedelta(days=r.randrange(0, 40))}
        return [first, self.deal(hidden, self.scan(pages), self.other_owner(first),
                                 amount=f"{c['amount']}.00" if r.random() < 0.5 else None,
                                 parties=None if r.random() < 0.5 else [self.party(), c["b"]],
                                 patents=None if r.random() < 0.5 else c["patents"])]

    def redated(self):
        c, r = self.contract(r_form := self.random.choice([1, 3])), self.random
        first = self.deal(c, self.pdf(c))
        other = {**c, "form": r_form, "number": self.number(), "day": c["day"] + datetime.timedelta(days=r.randrange(30, 250))}
        return [first, self.deal(other, self.pdf(other), self.other_owner(first))]

    def document(self, c):
        return self.scan(self.pages(c)) if self.random.random() < 0.5 else self.pdf(c)

    def framework(self):
        c, r = self.contract(2), self.random
        c["amount"] = r.randrange(80, 300) * 10000
        file = self.document(c)
        indexes, left, shared = [self.deal(c, file)], c["amount"], r.random() < 0.4
        for _ in range(r.choice([2, 3, 4])):
            amount = r.randrange(3, max(4, left // 40000)) * 10000
            left -= amount
            order = {**c, "number": self.number(), "amount": amount, "title": f"{c['title']}订单",
                     "day": c["day"] + datetime.timedelta(days=r.randrange(5, 200))}
            if left > 0:
                indexes.append(self.deal(order, file if shared else self.document(order), self.deals[indexes[0]]["owner"]))
        return indexes

    def renewal(self):
        c, r = self.contract(r_form := self.random.choice([0, 2])), self.random
        scans = r.random() < 0.5
        first = self.deal(c, self.scan(self.pages(c)) if scans else self.pdf(c))
        again = {**c, "form": r_form, "number": self.number(), "day": c["day"] + datetime.timedelta(days=r.randrange(355, 375)),
                 "amount": c["amount"] if r.random() < 0.5 else int(c["amount"] * 1.1)}
        return [first, self.deal(again, self.scan(self.pages(again)) if scans else self.pdf(again), self.deals[first]["owner"])]

    def template(self):
        r = self.random
        c = self.contract()
        scans = r.random() < 0.5
        first = self.deal(c, self.scan(self.pages(c)) if scans else self.pdf(c))
        other = self.contract(c["form"])
        if r.random() < 0.4:
            other["a"], other["pa"] = c["a"], c["pa"]  # one centre, its form, another partner
        if r.random() < 0.4:
            other["amount"] = c["amount"]
        if r.random() < 0.4:
            other["day"] = c["day"]
        return [first, self.deal(other, self.scan(self.pages(other)) if scans else self.pdf(other))]

    def same_number(self):
        c, other = self.contract(), self.contract()
        other["number"] = c["number"] = f"2025-{self.random.randrange(1, 60):03d}"
        first = self.deal(c, self.document(c))
        return [first, self.deal(other, self.document(other), self.other_owner(first))]

    def run(self, count):
        for kind in ["exact", "renamed", "split", "rescanned", "redated"]:
            self.twins += [{"class": kind, "deals": getattr(self, kind)()} for _ in range(count)]
        kinds = ["framework", "renewal", "template", "same_number", "template"]
        for kind in kinds:
            self.near += [{"class": kind, "deals": getattr(self, kind)()} for _ in range(count)]
        with open(os.path.join(self.out, "manifest.json"), "w", encoding="utf-8") as f:
            json.dump({"deals": self.deals, "twins": self.twins, "near": self.near}, f, ensure_ascii=False)


if __name__ == "__main__":
    if not FONT:
        sys.exit("no font with Chinese letters is installed (fonts-noto-cjk)")
    Generator(int(sys.argv[1]), sys.argv[3]).run(int(sys.argv[2]))
