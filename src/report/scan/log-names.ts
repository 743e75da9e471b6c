/** What log files are called; CloudWatch exports end in .gz alone. Any other file is looked into. */
export const LOG_FILE = /\.(gz|json|jsonl|ndjson|log|txt)$/i

/** Bodies that Bedrock writes beside the records: `…/{HH}/data/{requestId}_input.json.gz`. They hold no records. */
const BODY = /(^|[\\/])data[\\/][^\\/]+_(input|output)(_media_\d+)?\.[^\\/]+$/

/** What Bedrock leaves when logging is switched on, and what systems leave in any folder or archive. */
const MARKER =
  /(^|[\\/])(amazon-bedrock-logs-permission-check|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX[\\/].*|\._[^\\/]+)$/i

/** Whether a file lies beside the logs without being one: that is told to nobody. */
export function isAside(name: string): boolean {
  return BODY.test(name) || MARKER.test(name)
}
