/** What every benchmark prints with: one line a figure, and whether it is what was promised. */
export const print = (text) => process.stdout.write(`${text}\n`)

/** A figure that something was promised about; the run fails where it does not hold. */
export function check(what, figure, holds, target) {
  if (!holds(figure)) process.exitCode = 1
  print(`${holds(figure) ? 'ok  ' : 'MISS'} ${what.padEnd(64)}${figure.toFixed(2)}  (${target})`)
}

/** A figure without a promise. */
export function tell(what, figure) {
  print(`     ${what.padEnd(64)}${figure}`)
}

export function atMost(most) {
  return [(figure) => figure <= most, `at most ${most}`]
}

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`.padStart(9)
}

/** Time by the clock, processor time and memory, in one row. */
export function columns(milliseconds, { cpuMs, peakBytes }) {
  return `${seconds(milliseconds)} ${seconds(cpuMs)} of processor time ${(peakBytes / 1e6).toFixed(0).padStart(5)} MB`
}
