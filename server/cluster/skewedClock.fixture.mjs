/** Loaded before a program: its clock is `CLOCK_SKEW_MS` off, that of its children too. */
const skew = Number(process.env.CLOCK_SKEW_MS)
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + skew)
    else super(...args)
  }
  static now() {
    return RealDate.now() + skew
  }
}
