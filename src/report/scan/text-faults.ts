import type { Fault, FaultCode } from './fault.ts'
import type { Cause } from './forms/unwrap.ts'

/** What an object's text held, in numbers that add up over its parts. */
export interface TextCounts {
  records: number
  /** What is no record. Of these, what is no JSON, and records that cannot be read, by their cause. */
  strange: number
  noJson: number
  time: number
  struct: number
  sum: number
  short: number
  headless: number
  wrapped: number
  double: number
  quoted: number
  /** What commands print around records, which is nothing where there are some. */
  frames: number
  tooLong: number
  garbled: number
  timesAssumed: number
  /** Rows that end in a number or a word with which the file ends. */
  open: number
}

export const NOTHING: Readonly<TextCounts> = {
  ...{
    records: 0,
    strange: 0,
    noJson: 0,
    time: 0,
    struct: 0,
    sum: 0,
    short: 0,
    headless: 0,
    wrapped: 0,
    double: 0,
    quoted: 0,
  },
  ...{ frames: 0, tooLong: 0, garbled: 0, timesAssumed: 0, open: 0 },
}

const CAUSES: Record<Cause, string> = {
  time: 'with no model, or with a time that is missing, does not exist, or is neither ISO 8601 nor a number since 1970',
  struct: 'with a structure that is not JSON: write it as JSON, with CAST(… AS JSON) in Athena, to_json or json.dumps',
  sum: 'that is a sum of several calls: export the records themselves',
  short: 'whose model is cut short, with dots for the rest: print it in full, or as CSV or JSON',
  headless: 'a row of a table without the names of its columns: put the row with the names first',
  wrapped: 'a row that goes on in the next one: print the table without wrapping, or as CSV or JSON',
  double: 'a row with two values for columns of one name: give each column a name of its own',
  quoted:
    'with a record in a prompt, a request or the like, where it may be quoted: if this is a log, extract the records',
}
const LEFT_OUT = 'not a record of a Bedrock invocation, left out'

/** Whether there may be records within other JSON, which whoever has it can extract. */
export function mayBeWithin({ code, message }: Fault): boolean {
  return code === 'not-a-record' && (message.endsWith(LEFT_OUT) || message.endsWith(CAUSES.quoted))
}

/** What of a text could not be read, in words. */
export function textFaults(
  name: string,
  { records, strange: others, frames, tooLong, garbled, timesAssumed, open, ...counts }: TextCounts,
  one: 'line' | 'value',
  maxLineBytes: number,
): Fault[] {
  const strange = records === 0 ? others + frames : others
  if (strange + tooLong + garbled + timesAssumed + open === 0) return []
  const share = records === 0 ? '' : `of ${records + strange}, `
  const causes = (Object.keys(CAUSES) as Cause[]).filter((cause) => counts[cause] > 0)
  const why = causes.map((cause) => `; ${counts[cause]} ${CAUSES[cause]}`).join('')
  const faults: [code: FaultCode, count: number, before: string, one: string, what: string][] = [
    ['not-a-record', strange, share, one, LEFT_OUT + why],
    ['line-too-long', tooLong, '', one, `longer than ${maxLineBytes} bytes, left out`],
    ['invalid-utf8', garbled, '', one, 'not valid UTF-8, read as far as possible'],
    ['time-zone-assumed', timesAssumed, '', 'time', 'without a time zone, read as UTC'],
    [
      'last-row-open',
      open,
      '',
      'row',
      'the last and has no line end: if the file was cut there, its last value may be wrong',
    ],
  ]
  return faults
    .filter(([, count]) => count > 0)
    .map(([code, count, before, one, what]) => ({
      name,
      code,
      message: `${before}${count === 1 ? `1 ${one} is` : `${count} ${one}s are`} ${what}`,
    }))
}
