#!/usr/bin/env python3
"""Writes xml_entities.c: every character entity name that patent files use.

Sources: the HTML 5 named character references (Python's html.entities.html5, which contains the
ISO 8879 and ISO 9573-13 sets of MathML: isoamsa ... isotech, isolat1/2, isonum, isopub, isodia,
isobox, isogrk3, isocyr1/2), and beside them the ISO 8879 Greek sets that HTML left out
(isogrk1 letters, isogrk2 accented letters, isogrk4 bold symbols), which the USPTO's files of
1976-2004 use (&agr; &Dgr; &mgr; ...), and a few names of ISO 8879 whose HTML spelling differs.
src/text/meson.build runs it at build.
"""
import html.entities
import sys

names = {k[:-1]: v for k, v in html.entities.html5.items() if k.endswith(';')}

# ISO 8879 "Greek Letters" (isogrk1): transliteration + "gr".
LETTERS = [('a', 0x3B1), ('b', 0x3B2), ('g', 0x3B3), ('d', 0x3B4), ('e', 0x3B5), ('z', 0x3B6),
           ('ee', 0x3B7), ('th', 0x3B8), ('i', 0x3B9), ('k', 0x3BA), ('l', 0x3BB), ('m', 0x3BC),
           ('n', 0x3BD), ('x', 0x3BE), ('o', 0x3BF), ('p', 0x3C0), ('r', 0x3C1), ('s', 0x3C3),
           ('t', 0x3C4), ('u', 0x3C5), ('ph', 0x3C6), ('kh', 0x3C7), ('ps', 0x3C8), ('oh', 0x3C9)]
extra = {'sfgr': chr(0x3C2)}
for letter, code in LETTERS:
    extra[letter + 'gr'] = chr(code)
    capital = letter.upper() if len(letter) > 1 and letter != 'ee' else letter.capitalize()
    capital = {'ee': 'EE'}.get(letter, capital)
    extra[capital + 'gr'] = chr(code - 32)
# ISO 8879 "Monotoniko Greek" (isogrk2).
extra.update({'aacgr': 'ά', 'Aacgr': 'Ά', 'eacgr': 'έ', 'Eacgr': 'Έ', 'eeacgr': 'ή', 'EEacgr': 'Ή',
              'idigr': 'ϊ', 'Idigr': 'Ϊ', 'iacgr': 'ί', 'Iacgr': 'Ί', 'idiagr': 'ΐ',
              'oacgr': 'ό', 'Oacgr': 'Ό', 'udigr': 'ϋ', 'Udigr': 'Ϋ', 'uacgr': 'ύ', 'Uacgr': 'Ύ',
              'udiagr': 'ΰ', 'ohacgr': 'ώ', 'OHacgr': 'Ώ'})
# ISO 8879 "Alternative Greek Symbols" (isogrk4): bold variants, read as the plain letters.
for name in ['alpha', 'beta', 'gamma', 'Gamma', 'gammad', 'delta', 'Delta', 'epsi', 'epsiv', 'epsis',
             'zeta', 'eta', 'thetas', 'Theta', 'thetav', 'iota', 'kappa', 'kappav', 'lambda',
             'Lambda', 'mu', 'nu', 'xi', 'Xi', 'pi', 'piv', 'Pi', 'rho', 'rhov', 'sigma', 'Sigma',
             'sigmav', 'tau', 'upsi', 'Upsi', 'phis', 'Phi', 'phiv', 'chi', 'psi', 'Psi', 'omega',
             'Omega']:
    base = {'epsis': 'epsilon', 'thetas': 'theta', 'phis': 'phi'}.get(name, name)
    extra['b.' + name] = names.get(base, names.get(base + 'lon', '')) or base
# ISO 8879 spellings (isotech, isonum, isogrk3, isopub) that HTML has under another name only.
extra.update({'epsis': 'ϵ', 'thetas': 'θ', 'phis': 'ϕ', 'wreath': '≀', 'rdquor': '”',
              'rsquor': '’', 'mldr': '…', 'nldr': '‥', 'apos': "'", 'bprime': '‵', 'rprime': '‵',
              'squ': '□', 'sq': '□', 'square': '□', 'tprime': '‴', 'inodot': 'ı', 'jnodot': 'ȷ',
              'dotab': '˙', 'ocir': 'ô', 'shilling': '/', 'rectangle': '▭', 'Circlesolid': '●',
              'Parenopenst': '(', 'Parenclosest': ')', 'dblbond': '=', 'tbdbond': '≡', 'sbdbond': '-',
              'dlbond': '=', 'tlbond': '≡', 'sgbond': '-', 'doteq': '≐', 'fflig': 'ff', 'filig': 'fi',
              'fllig': 'fl', 'ffilig': 'ffi', 'ffllig': 'ffl', 'fjlig': 'fj',
              'ThickSpace': '\u205f\u200a', 'lbbrk': '❲', 'rbbrk': '❳', 'thinsp': '\u2009',
              'rarr2': '⇉', 'larr2': '⇇', 'angst': 'Å', 'vprime': '′', 'smallcir': '∘',
              'minus': '−', 'commat': '@'})
for key, value in extra.items():
    names.setdefault(key, value)
for key in ('lt', 'gt', 'amp', 'quot', 'apos'):
    names.pop(key, None)  # XML's own five

def literal(text):
    out = ''
    for byte in text.encode():
        out += chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else '\\%03o' % byte
    return '"' + out + '"'

out = open(sys.argv[1], 'w')
print('/* Made by tools/make_entities.py, which names the sources; do not edit. Sorted by name in\n'
      ' * byte order (xml_entity relies on it). */\n'
      '#include "text/xml_entities.h"\n\n'
      '/* clang-format off */\n'
      'const struct xml_entity xml_entities[] = {', file=out)
for key in sorted(names):
    print('    {"%s", %s},' % (key, literal(names[key])), file=out)
print('};\n/* clang-format on */\n\nconst size_t xml_entity_count = ARRAY_LEN(xml_entities);', file=out)
