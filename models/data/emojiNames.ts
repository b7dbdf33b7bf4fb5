/**
 * Which emoji are pictures, by name. Signs, letters, flags, clocks, charts, skin-tone variants and the like teach no coloring.
 * Names are compared without case and separators, because one set writes `no-entry`, another `noentry`.
 */
const signs = new Set(
  (
    'anger aquarius aries atomsymbol babysymbol baggageclaim biohazard cancer capricorn childrencrossing cinema crossmark ' +
    'curlyloop currencyexchange customs diamondwithadot divide dottedsixpointedstar doublecurlyloop eightpointedstar ' +
    'eightspokedasterisk elevator fleurdelis gemini infinity information informationsource khanda latincross leftluggage leo ' +
    'libra medicalsymbol menorah mensroom minus mobilephoneoff multiply namebadge nobicycles noentry nolittering ' +
    'nomobilephones nooneundereighteen nopedestrians nosmoking nonpotablewater om ophiuchus orthodoxcross ' +
    'partalternationmark passportcontrol peacesymbol pisces placeofworship plus potablewater prohibited radioactive restroom ' +
    'sagittarius saggitarius scorpio starandcrescent starofdavid taurus transgendersymbol tridentemblem vibrationmode virgo ' +
    'warning watercloset wavydash wheelofdharma wireless womensroom yinyang zzz barcode nopiracy'
  ).split(' '),
)
const countries = new Set(
  (
    'australia brazil canada china egypt france germany greece india iran iraq italy japan malaysia mexico nepal northkorea ' +
    'pakistan portugal russia singapore southafrica southkorea spain switzerland syria thailand unitedarabemirates ' +
    'unitedkingdom unitedstates'
  ).split(' '),
)
const parts =
  /flag|keycap|clock|button|letter|arrow|square|skin-?tone|input-|regional|zodiac|japanese-|heavy|multiplication|copyright|registered|trade-?mark|circle|symbol|ideograph|ballot|(check|question|exclamation|exclaimation)-?mark|(speech|thought|anger|mood)-?(bub|bal)|(up|down)wards?trend|chart-|chart$|fontsize|antenna-?(with-?)?bars|hundred|mahjong|map-?of|silhouetteoh|(latin|celtic)-?cross|triangle|-diamond$|(large|small)(blue|orange)diamond|diamondshape|(club|diamond|heart|spade)-?suit|pointing-?index/
const ends =
  /-(medium-light|medium-dark|medium|light|dark)(-|$)|^(a|b|o|ab|cl|id|ng|ok|sos|up|vs|cool|free|new)-?(button)?$|sign$/

export function isPictureName(name: string): boolean {
  const plain = name.toLowerCase()
  const bare = plain.replace(/-\d+$/, '').replace(/[^a-z]/g, '')
  return !(parts.test(plain) || ends.test(plain) || signs.has(bare) || countries.has(bare))
}
