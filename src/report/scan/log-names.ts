import { basename, extname } from 'node:path'

/** What log files are called; CloudWatch exports end in .gz alone. Any other file is looked into. */
export const LOG_FILE = /\.(gz|json|jsonl|ndjson|log|txt)$/i

/** Bodies that Bedrock writes beside the records, of which they hold none: `…/{HH}/data/{requestId}_input.json.gz`. */
const BODY =
  /(^|[\\/])(\d\d[\\/]data[\\/][^\\/]+|data[\\/][\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})_(input|output)(_media_\d+)?\.[^\\/]+$/

/** What Bedrock leaves when logging is switched on, an export of CloudWatch beside its files, and systems in any folder or archive. */
const MARKER =
  /(^|[\\/])(amazon-bedrock-logs-permission-check|aws-logs-write-test|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX[\\/].*|\._[^\\/]+)$/i

/** As Bedrock, exports of CloudWatch and Firehose call what they deliver. What is called so should hold records. */
const DELIVERED = /(^|[\\/])(\d{8}T\d{9}Z_[0-9a-f]+\.json(\.gz)?|\d{6}\.gz|.+-\d+(-\d\d){5}-[0-9a-f-]+(\.gz)?)$/

export function isDelivered(name: string): boolean {
  return DELIVERED.test(name)
}

/** Whether a file lies beside the logs without being one: that is told to nobody. */
export function isAside(name: string): boolean {
  return BODY.test(name) || MARKER.test(name)
}

/** How many of the files there are of each ending, with an example. */
export function byEnding(paths: readonly string[]): string {
  const told = [...new Set(paths.map((path) => extname(path)))].map((ending) => {
    const [first = '', ...more] = paths.filter((path) => extname(path) === ending)
    const which = `${more.length > 0 ? 'such as ' : ''}${basename(first)}`
    return `${more.length + 1} ${ending === '' ? 'without an ending' : ending} (${which})`
  })
  return told.join(', ')
}
