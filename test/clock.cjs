const { ServerResponse } = require('node:http')

const { now: machineTime } = Date

/**
 * When each test file begins, wherever and whenever it is run: the sandbox's traffic differs by the hour and the day of the week,
 * and a test that fails on some nights alone helps nobody. Time goes on from there. `TEST_CLOCK` names another beginning, or `real`
 * for the machine's own clock, by which the nightly run goes.
 */
const BEGIN = '2026-11-25T14:20:00Z'

/** How far ahead of the machine's clock a test file is. */
const AHEAD = 'TEST_CLOCK_AHEAD_MS'

/**
 * Begins the time of a test file, and of the programs that it starts with these variables.
 * @param asked `real` where the file goes by another program's clock, too
 */
function beginClock(asked = process.env.TEST_CLOCK ?? BEGIN) {
  const begin = asked === 'real' ? Date.now() : Date.parse(asked)
  if (Number.isNaN(begin)) throw new Error(`TEST_CLOCK is real or a time such as ${BEGIN}, not ${asked}`)
  process.env[AHEAD] = String(begin - Date.now())
  process.env.NODE_OPTIONS = `--require ${require.resolve('./clock-of-program.cjs')}`
}

/** Moves the clock of a realm, whose global object this is. */
function moveClock(global) {
  const ahead = Number(process.env[AHEAD] ?? 0)
  if (ahead === 0) return
  const Real = global.Date
  const now = () => Real.now() + ahead
  // Traffic makes millions of them, and `Reflect.construct` takes ten times as long.
  function Moved(...args) {
    if (new.target === undefined) return `${new Moved()}`
    if (args.length === 1 && new.target === Moved) return new Real(args[0])
    return Reflect.construct(Real, args.length === 0 ? [now()] : args, new.target)
  }
  Object.defineProperties(Moved, { ...Object.getOwnPropertyDescriptors(Real), now: { value: now, writable: true } })
  Real.prototype.constructor = Moved
  global.Date = Moved
}

/** Has this process's HTTP servers date their answers by the same clock: the SDK takes note of a server whose clock is another. */
function moveServers() {
  const { writeHead } = ServerResponse.prototype
  ServerResponse.prototype.writeHead = function (...args) {
    const now = new Date(machineTime() + Number(process.env[AHEAD] ?? 0))
    if (!this.hasHeader('date')) this.setHeader('date', now.toUTCString())
    return writeHead.apply(this, args)
  }
}
moveServers()

module.exports = { beginClock, moveClock }
