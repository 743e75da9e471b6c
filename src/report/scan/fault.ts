/** Something that could not be read. What else there was is kept. */
export interface Fault {
  name: string
  code: FaultCode
  /** Says what was left out; never quotes from the logs. */
  message: string
  /** What mends it, where its cause says so. */
  hint?: string
  /** It holds nothing else, and nothing of what logs hold: it may be no log at all. */
  isForeign?: true
}

export type FaultCode =
  | 'not-a-record'
  | 'line-too-long'
  | 'invalid-utf8'
  | 'time-zone-assumed'
  | 'last-row-open'
  | 'may-be-sums'
  | 'gzip-truncated'
  | 'gzip-corrupt'
  | 'gzip-bomb'
  | 'archive-damaged'
  | 'unknown-form'
  | 'files-not-read'
  | 'empty-object'
  | 'unreadable'

/** Why what is told of a call cannot be read. */
const CAUSES = {
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
export type Cause = keyof typeof CAUSES
/** Where no column has the number of calls, only the times of all rows tell sums from calls. */
const MAY_BE_SUMS =
  'without a request ID and dated at whole hours, counted as one call each: if these are sums, export the records themselves'
const LEFT_OUT = 'not a record of a Bedrock invocation, left out'

/**
 * What an object's text held, in numbers that add up over its parts: `strange` is no record, of which `noJson` no JSON and others have
 * a cause; `frames` is what commands print around records, which is nothing where there are some; `open` are rows that end in a number or a
 * word with which the file ends.
 */
export const NOTHING = {
  ...{ records: 0, strange: 0, noJson: 0, frames: 0, tooLong: 0, garbled: 0, timesAssumed: 0, open: 0, maybeSums: 0 },
  ...(Object.fromEntries(Object.keys(CAUSES).map((cause) => [cause, 0])) as Record<Cause, number>),
}
export type TextCounts = typeof NOTHING

/** Whether there may be records within other JSON, which whoever has it can extract. */
export function mayBeWithin({ code, message }: Fault): boolean {
  return code === 'not-a-record' && (message.endsWith(LEFT_OUT) || message.endsWith(CAUSES.quoted))
}

/** What of a text could not be read, in words. */
export function textFaults(name: string, counts: TextCounts, one: 'line' | 'value', maxLineBytes: number): Fault[] {
  const { records, frames, tooLong, garbled, timesAssumed, open, maybeSums } = counts
  const strange = counts.strange + (records === 0 ? frames : 0)
  const why = Object.entries(CAUSES)
    .filter(([cause]) => counts[cause as Cause] > 0)
    .map(([cause, words]) => `; ${counts[cause as Cause]} ${words}`)
  const share = records === 0 ? '' : `of ${records + strange}, `
  const ending = 'the last and has no line end: if the file was cut there, its last value may be wrong'
  const faults: [code: FaultCode, count: number, one: string, what: string][] = [
    ['not-a-record', strange, one, LEFT_OUT + why.join('')],
    ['line-too-long', tooLong, one, `longer than ${maxLineBytes} bytes, left out`],
    ['invalid-utf8', garbled, one, 'not valid UTF-8, read as far as possible'],
    ['time-zone-assumed', timesAssumed, 'time', 'without a time zone, read as UTC'],
    ['last-row-open', open, 'row', ending],
    ['may-be-sums', maybeSums === records ? records : 0, 'row', MAY_BE_SUMS],
  ]
  return faults
    .filter(([, count]) => count > 0)
    .map(([code, count, one, what]) => {
      const said = `${count === 1 ? `1 ${one} is` : `${count} ${one}s are`} ${what}`
      return { name, code, message: code === 'not-a-record' ? share + said : said }
    })
}
