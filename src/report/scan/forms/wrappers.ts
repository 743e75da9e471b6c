import { gunzipSync } from 'node:zlib'
import { parsed } from '../text.ts'

/** Members that hold what is wrapped, in small letters: of AWS's services and commands, and of what ships and stores logs. */
const WRAPPERS = new Set(
  'message @message @rawmessage rawmessage msg short_message full_message textpayload rawdata data_base64 logevents logevent events event results records record messages data values value body log line _raw raw raw_data original event.original payload detail logs json stringvalue string_value bytesvalue bytes_value _source _col0'.split(
    ' ',
  ),
)
/** Members that wrap only where they are objects, or lists of them: their text may be anybody's. */
const HOLDERS = new Set(
  'awslogs kinesis sns hits source src attributes content fields result sessionupdate sessionresults invocation streams jsonpayload doc map document bedrock tables nodes edges node properties after resultset rows resourcelogs scopelogs logrecords resource_logs scope_logs log_records instrumentationlibrarylogs _1 s'.split(
    ' ',
  ),
)

export function wraps([name, value]: [string, unknown]): boolean {
  const small = name.toLowerCase()
  return WRAPPERS.has(small) || (HOLDERS.has(small) && typeof value === 'object')
}

/** Under such names stands what somebody wrote, which may quote a record. */
const SOMEBODYS =
  /prompt|text|input|output|content|completion|respon|request|system|tool|body|answer|question|query|arg/i

/** The members of any name that may hold records, as a query of the AWS CLI may call them. */
export function holdersIn(object: Record<string, unknown>): unknown[] {
  const somebodys = Object.entries(object).filter(([name]) => SOMEBODYS.test(name))
  // What a request or an answer is called may hold a whole record, unless there is text of somebody's beside it.
  if (somebodys.length > 0) {
    const told = somebodys.map(([, value]) => value as { schemaType?: unknown } | null)
    return told.every((value) => value?.schemaType === 'ModelInvocationLog') ? told : []
  }
  return Object.values(object).filter((value) =>
    typeof value === 'string'
      ? /^\s*\[?\s*\{.*"schemaType"\s*:\s*"ModelInvocationLog"/s.test(value)
      : typeof value === 'object' && value !== null,
  )
}

/** Of what base64 holds, unpacked: a subscription's message has at most 1 MB before. */
const MOST_UNPACKED = 64 * 2 ** 20

/** Base64 of gzip, or of JSON; also as it is written in addresses. */
export const BASE64 = /^(?:H4sI|eyJ|ey[AI]|ewo|W3s|Wwo)[\w+/=\s-]+$/

export function isPacked(value: unknown): boolean {
  return typeof value === 'string' && (/^\s*[[{"]/.test(value) || BASE64.test(value.trim()))
}

/** What base64 holds, and gzip in it; undefined where that is damaged. */
export function decoded(text: string): Buffer | undefined {
  // Several may stand on end, each with marks that fill it up, or with spaces between.
  const parts = text.split(/(?<==)\s*(?=[^=\s])|\s+(?=H4sI|ey|W[3w])/)
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')))
  if (bytes[0] !== 0x1f) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED })
  } catch {
    return undefined
  }
}

const RECORD = Buffer.from('"ModelInvocationLog"')

/** Whether several records look like one, since a quotation mark of the first is missing. */
export function isTorn(bytes: Buffer): boolean {
  const first = bytes.indexOf(RECORD)
  return first >= 0 && bytes.includes(RECORD, first + 1) && parsed(bytes.toString()) === undefined
}
