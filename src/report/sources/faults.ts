import type { Warning } from '../../core/events.ts'
import type { Fault } from '../scan/fault.ts'

/** Faults of one kind that are told by name; of the others their number. */
const NAMED = 10

/** True if something is missing from the sums; a garbled line is read, and an empty object holds nothing. */
export function leavesOut({ code }: Fault): boolean {
  return code !== 'invalid-utf8' && code !== 'empty-object'
}

/** What could not be read, by name, and how many more there are of each kind. */
export function faultWarnings(faults: readonly Fault[]): Warning[] {
  return [...new Set(faults.map(({ code }) => code))].flatMap((code) => {
    const alike = faults.filter((fault) => fault.code === code)
    const named = alike.slice(0, NAMED).map(({ name, message }) => ({ code, message: `${name}: ${message}` }))
    const rest = alike.length - named.length
    return rest === 0 ? named : [...named, { code, message: `and ${rest} more like it, ${alike.length} in all` }]
  })
}
