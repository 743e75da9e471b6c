import { encodingOf } from '../../../text/encoding.ts'
import { packingOf } from '../packing.ts'
import { ofRecords, type Table, tableOf } from './csv.ts'

/**
 * How records lie in a file, told by how it begins. `lines`: one a line, as Bedrock and exports write them. `values`: in JSON of
 * any other layout. `csv`: in a table. `unread`: in none that is read, and what would turn it into one.
 */
export type Form =
  | { kind: 'lines' }
  | { kind: 'values' }
  | { kind: 'csv'; table: Table }
  | { kind: 'unread'; unread: string; cure: string }

const unread = (unread: string, cure: string): Form => ({ kind: 'unread', unread, cure })

const UNREAD: readonly [RegExp, unread: string, cure: string][] = [
  [
    /^(?:- )?(?:events|results|searchedLogStreams|nextForwardToken|nextBackwardToken|queryLanguage|records|(?:account|model|request)Id|identity|input|timestamp|schemaType):(?: [^{]*|$)$|^- ["']\{|^---$/,
    'YAML',
    'fetch it again with --output json, or convert it with yq -o json',
  ],
  [
    /^<(?:\?xml|!doctype|html|table|tr|\w+>\s*<)/i,
    'HTML or XML',
    'open it, as it may show an error, and fetch it again',
  ],
  [/^version https:\/\/git-lfs\./, 'a Git LFS pointer', 'run git lfs pull'],
  [/^An error occurred \(/, 'an error message of the AWS CLI', 'open it, and fetch it again'],
  [
    /^\[?\{(?:'|:?[a-z_]\w*\s*[:"]|"\w+"\s*=>)|^\{"[^{]*:\s*(?:ISODate|ObjectId|Number\w+)\(|^map\[/i,
    'the notation of Python or JavaScript, or of another language',
    'write it as JSON, with json.dumps or JSON.stringify',
  ],
  // In the bytes of UTF-8.
  [
    /^\[?\{\xe2\x80[\x9c-\x9f]/,
    'JSON with typographic quotation marks',
    'copy it again from where it was not reformatted',
  ],
  [
    /^(?:%7B|\[?\{(?:&quot;|=22|\+ACI-|\\"))/i,
    'JSON that is escaped for addresses, HTML or mail',
    'decode it, or fetch the logs again',
  ],
  [/^\[\["\w+"(?:,(?:"\w+"|\d+))*\],(?:"[^"]*"|\w+)\](?:$|\[)/, 'what jq --stream writes', 'leave out --stream'],
  [
    /^(?!.*\{")(?:[a-z_][\w.]{0,80}=(?:"[^"]*"|[^\s,;|{]*)\s+){2}/i,
    'logfmt',
    'write it as JSON, or as CSV with the names first',
  ],
  [/^-- \w+ dump|^INSERT INTO [^{]*$/, 'a dump of SQL', 'export its table as CSV with the names first, or as JSON'],
  [/^[\da-f]{7,8}:? +(?:[\da-f]{2,4} +){4}/i, 'a hexadecimal dump', 'decode it with xxd -r'],
  [/^UPDATECOUNT\t/, 'the text of aws athena get-query-results', 'fetch it again with --output json'],
  [/^(?:\W\[[\d;]*m)+[[{]/, 'JSON in colours', 'write it again without, with jq -M'],
  [/^(?:7b22|5b7b)[\da-f]+$/i, 'hexadecimal', 'decode it with xxd -r -p'],
  [/^data:[\w/+.-]*;base64,/, 'a data URL', 'decode what stands behind its comma with base64 -d'],
  [/^(?:From|Received|Return-Path|MIME-Version): /, 'an e-mail', 'save what is attached to it'],
  [/^COPY \S.* FROM stdin;$/, 'a dump of PostgreSQL', 'export its table with \\copy … TO … CSV HEADER'],
  [
    /^(?:-\[? ?RECORD \d|Row 1:$|\*+ 1\. row \*+$|\w*(?:timestamp|(?:account|model|request)_?id|region)\w*\s+[:=])/i,
    'a table with a line for each value',
    'print it with a line for each row: \\x off in psql, ; for \\G in mysql, .mode csv in sqlite3, or ConvertTo-Json in PowerShell',
  ],
  // A line of a box, in the bytes of UTF-8.
  [
    /^\xe2[\x94\x95][\x80-\xbf]/,
    'a table in a box of lines',
    'print it as CSV or JSON: .mode csv in duckdb and sqlite3',
  ],
  [/^sep=.$/, 'a table whose first line is for Excel', 'remove its first line'],
  [
    /^\[+"[^"{]*"(?:,\s*(?:"[^"{]*"|[\d.]+|null))*\]$(?<=(?:\d{4}-\d\d-\d\d[T ]|"model_?id").*)/i,
    'lists without names',
    "write objects with names: with jq -c '{timestamp, modelId}' and the counts, or orient='records' in pandas",
  ],
  [
    /^"[^{]*$(?<=^(?:[^,;|\t]*[,;|\t])?"\d{4}-\d\d-\d\d[T ].*)(?<=[,;|\t]"[\w:/-]*[a-z\d]\.[a-z].*|^"[\w-]+\.[a-z].*)/,
    'a table without the names of its columns',
    'put the row with the names first',
  ],
  [/^(?:[\w+/=-]{64}|[\w+/=-]{76})$/, 'base64 in lines of one length', 'decode it with base64 -d'],
]

export const HEAD_BYTES = 64 * 1024

/** In a line of a record, something may stand before it: times, and names of streams. */
const BEFORE_RECORD = /^[^"[{]{0,600}\{/

/** The form of a text by its beginning: at most `HEAD_BYTES`, or all of it. */
export function formOf(head: Buffer): Form {
  const all = head.toString('latin1')
  const text = firstLine(all)
  const table = tableOf(text, all)
  if (table && /[,;\t|]"\{\\"/.test(all))
    return unread(
      'a table with backslashes before quotation marks',
      'export it as JSON, or with two quotation marks for one',
    )
  if (table && /\r(?!\n)/.test(all) && !head.includes(0x0a))
    return unread('a table whose lines end in carriage returns alone', "turn them into line ends, with tr '\\r' '\\n'")
  if (table) return { kind: 'csv', table }
  const line = /^[[{ ]*$/.test(text.trimEnd()) ? all.replace(/\n\s*/g, '') : text.trimEnd()
  const found = UNREAD.find(([begins]) => begins.test(line))
  if (found) return unread(found[1], found[2])
  if (!/[[{]/.test(text) && (ofRecords(text.split(/[^\w.@]+/)) || /@message\b.*"\{""/s.test(all)))
    return unread('a table whose columns are not parted by commas, semicolons, tabs or bars', 'write it as CSV or JSON')
  // Firehose puts records on end without a line's end between.
  const isRun = !head.includes(0x0a) && text.includes('}{')
  // Indented records may stand behind lines.
  const isIndented = lineAfterLine(all, /^[ \t]*[[{]\s*$/)
  // Within a wrapper the record's own names have backslashes before their quotation marks.
  const isRecord = BEFORE_RECORD.test(text) && /(?<!\\)"(?:modelId|schemaType)"\s*:/.test(text)
  return (isRecord && !isRun && !isIndented) || isNotice(text) ? { kind: 'lines' } : { kind: 'values' }
}

/** The first line that is not blank, nor the rule of a table, a title or a comment. */
function firstLine(text: string): string {
  return /^(?![-+|= \t\r]*$|#).+/m.exec(text)?.[0].trimStart() ?? ''
}

/** Whether a line behind the first is such. A regular expression over all of the text takes a twelfth of the time of a scan. */
function lineAfterLine(text: string, such: RegExp): boolean {
  for (let start = text.indexOf('\n') + 1; start > 0; ) {
    const end = text.indexOf('\n', start)
    if (end < 0) return false
    if (such.test(text.slice(start, end))) return true
    start = end + 1
  }
  return false
}

function isNotice(text: string): boolean {
  return /^Permissions are correctly set/.test(text)
}

/** Whether a file may hold logs, by its first bytes: packed, JSON in any layout, base64 of gzip, a table, or lines with JSON. */
export function beginsAsLog(head: Buffer): boolean {
  const packing = packingOf(head)
  // Also a zip that is encrypted, as far as anybody can tell.
  if ((head[0] === 0x1f && head[1] === 0x8b) || head.toString('latin1', 0, 2) === 'PK') return true
  // What is packed otherwise may hold logs, too: whoever reads it tells how to unpack it.
  if (packing !== undefined) return typeof packing === 'string' || packing.cure.startsWith('unpack')
  const mark = encodingOf(head)
  const text = (mark ? Buffer.from(new TextDecoder(mark).decode(head)) : head).toString('latin1')
  return isLogLine(firstLine(text).replace(/^\xef\xbb\xbf/, ''), text)
}

/** Names in a record, and what packed and wrapped ones begin with. */
const OF_LOGS = /model_?id|schema_?type|account_?id|request_?id|token_?count|["'\s](?:H4sI|ey[JA]|ewo|W3s)/i

/** Whether the beginning of a text has nothing of what logs hold, also damaged or wrapped ones. */
export function isForeign(head: Buffer): boolean {
  const beginning = head.subarray(0, HEAD_BYTES)
  const isControl = (c: number) => c < 0x20 && (c < 0x09 || c > 0x0d) && c !== 0x1b
  return !OF_LOGS.test(` ${beginning.toString('latin1')}`) && !beginning.some(isControl)
}

function isLogLine(line: string, text: string): boolean {
  return (
    /^[{["]|^H4sI|^eyJ|^\d{4}-\d\d-\d\d|^@?(?:timestamp|message)\s*(?:[,;|\t]|$)/.test(line) ||
    isNotice(line) ||
    // Behind what a command prints first.
    /schemaType\W{1,12}ModelInvocationLog/.test(text) ||
    tableOf(line, text) !== undefined
  )
}
