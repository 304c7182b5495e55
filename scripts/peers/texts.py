"""Texts of many kinds for tokenizers, the same in each run."""

import random

WRITTEN = """\
The king greeted the queen.
Hello, I'm a language model,
I'll say they've gone; she'd know, we're sure, it's 'tis 'T 'RE don't DON'T
 leading space
trailing space 
two  spaces   three    four
\ttab\t\ttwo tabs
1234567890 3.14159 1,000,000 0x7fff 1e-9 ½ ² Ⅷ ٣٤٥ ४२
https://example.org/a_b?c=d&e=%20f#g mail@example.org
MixedCaseIdentifier snake_case_name kebab-case SCREAMING_CASE
for (int i = 0; i < n; i++) { sum += a[i] * b[i]; } // done
    def f(x: int = 3) -> str:  return f"{x!r}"  # comment
SELECT * FROM t WHERE a = 'b' AND c <> "d";
<p class="x">&amp; <b>bold</b></p> {"json": [1, null, true]}
!!! ??? ... ---- ==== #### @@@@ $$$$ %%%% ^^^^ &&&& **** ((())) ~~~
“curly quotes” ‘single’ — em dash – en dash … ellipsis « guillemets »
naïve café résumé Ångström façade Straße œuvre İstanbul ıı ß ẞ ﬁ ﬂ
e\u0301 n\u0303 a\u030a\u0323 q\u0307\u0323 combining, precomposed: é ñ å
Быстрая коричневая лиса перепрыгивает через ленивую собаку.
Η γρήγορη καφέ αλεπού πηδάει πάνω από το τεμπέλικο σκυλί.
השועל החום המהיר קופץ מעל הכלב העצלן.
الثعلب البني السريع يقفز فوق الكلب الكسول.
तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है।
দ্রুত বাদামী শিয়াল அலறும் நரி ನರಿ
เร็วสุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัขขี้เกียจ
敏捷的棕色狐狸跳过了懒狗。
素早い茶色の狐がのろまな犬を飛び越える。カタカナ ﾊﾝｶｸ
빠른 갈색 여우가 게으른 개를 뛰어넘는다. 한글
სწრაფი ყავისფერი მელა արագ շագանակագույն աղվես ፈጣን ቡናማ ቀበሮ
𝔉𝔯𝔞𝔨𝔱𝔲𝔯 𝕕𝕠𝕦𝕓𝕝𝕖 𐍈 𐎀 𒀀 𓀀 𠮷 🜁
🙂 😀😃😄 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ❤️ 🫠 #️⃣ x🙂y 🙂🙂
zero\u200bwidth\u200djoiner\ufeffbom\u2060word joiner soft\u00adhyphen
no-break\u00a0space thin\u2009space ideographic\u3000space ogham\u1680space next\u0085line
line\u2028separator paragraph\u2029separator
private \ue000\uf8ff unassigned \u0378 noncharacter \ufffe\uffff \U0010ffff
controls \u0001\u0002\u001b[31m\u007f\u0080\u009f
replacement \ufffd\ufffd
<|endoftext|>
one<|endoftext|>two
 <|endoftext|> <|endoftext|><|endoftext|>
<|endoftext<|endoftext|>|> <|ENDOFTEXT|> <|endoftext |>
-
--
--help
@file "quoted" 'single' $HOME ${HOME} `x` \\n \\\\ *
Ġ Ċ ĉ Â âĢĶ Ã©
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
supercalifragilisticexpialidocious antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis
""".split("\n")

# Line breaks of all kinds, with white space before, between and after them.
BROKEN = [
    "",
    "\n",
    "\r\n",
    "\n\n\n",
    " \n \n",
    "a\nb",
    "a\r\nb\r\n",
    "a\rb",
    "a \n  b\n\n   c\n",
    "\n\tindented\n\t\tmore\n",
    "tail\n ",
    "\u000b\u000c\u001c\u001d\u001e\u001f",
    "class A {\n    int x = 1;\n\n    void f() {\n        x++;\n    }\n}\n",
    "a\u00a0\nb\u2003\n",
]


def mixed(count, seed=20261127):
    """Returns texts of random pieces of the others, cut anywhere, and of random characters."""
    chance = random.Random(seed)
    blocks = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5FF), (0x600, 0x6FF), (0x900, 0xDFF)]
    blocks += [(0x2000, 0x206F), (0x2190, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3)]
    blocks += [(0xE000, 0xE0FF), (0xFE00, 0xFFFD), (0x10000, 0x103FF), (0x1F300, 0x1FAFF), (0x20000, 0x203FF)]
    sources = WRITTEN + BROKEN
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randint(1, 6)):
            if chance.random() < 0.6:
                source = chance.choice(sources)
                start = chance.randint(0, len(source))
                parts.append(source[start : start + chance.randint(1, 20)])
            else:
                first, last = chance.choice(blocks)
                parts.append("".join(chr(chance.randint(first, last)) for _ in range(chance.randint(1, 8))))
            parts.append(chance.choice(["", "", " ", "  ", "\n", "\t", "'s", "1", "<|endoftext|>"]))
        texts.append("".join(parts))
    return texts


def all_of_them():
    return WRITTEN + BROKEN + mixed(400)


# Short texts of different lengths, for models with few positions.
SHORT = [
    "The king greeted the queen.",
    "a",
    "naïve café 🙂",
    " x = [1];\n\treturn",
    "1 2 3",
]
