import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { proseWriter } from './prose.js'
import { seededRandom } from './random.js'

const KB = 1024
const MB = 1024 * KB

/** What logs can look like: how large objects are, how long a record, and how often its text has an escape. */
export const SHAPES = ['short', 'long', 'long, escaped'].flatMap((body) =>
  [10 * KB, 100 * KB, 1.2 * MB, 12 * MB, 100 * MB].map((objectBytes) => ({
    name: `${body}, objects of ${objectBytes < MB ? `${objectBytes / KB} KB` : `${objectBytes / MB} MB`}`,
    body,
    objectBytes,
  })),
)

/** Raw bytes of a shape: so many that what a process takes to start is little of it. Of small objects fewer, since each takes its time. */
const rawBytes = (objectBytes) => (objectBytes < 50 * KB ? 96 * MB : 480 * MB)

/** Hours that traffic is of. */
const HOURS = 24
const START = Date.UTC(2026, 8, 1)

/**
 * A folder of gzipped logs of one shape, kept between runs. One record in a hundred comes twice.
 * @returns {string}
 */
export function shapeFolder({ body, objectBytes }, seed) {
  const folder = join(tmpdir(), `bedrock-monitor-shape-v3-${seed}-${body.replace(', ', '-')}-${objectBytes}`)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished)
  const source = records(body, seed)
  for (let object = 0; object * objectBytes < rawBytes(objectBytes); object++) {
    const lines = []
    for (let size = 0; size < objectBytes; ) {
      const line = `${source.next().value}\n`
      lines.push(line)
      size += line.length
    }
    const name = `20260901T000000000Z_${object.toString(16).padStart(16, '0')}.json.gz`
    writeFileSync(join(unfinished, name), gzipSync(lines.join('')))
  }
  renameSync(unfinished, folder)
  return folder
}

function* records(body, seed) {
  const random = seededRandom(seed)
  const prose = proseWriter(random)
  const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  const text = (length) =>
    body === 'long, escaped' ? escaped(prose.text(length)) : prose.text(length).replace(/["\n]/g, '')
  for (let count = 0; ; count++) {
    const tokens = Math.floor(50 + random() * 3000)
    const line = JSON.stringify({
      timestamp: new Date(START + ((count * 7) % (HOURS * 3600)) * 1000).toISOString().replace('.000Z', 'Z'),
      accountId: '111122223333',
      region: 'us-east-1',
      requestId: `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
      operation: 'Converse',
      modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      input: {
        inputContentType: 'application/json',
        ...(body !== 'short' && { inputBodyJson: { messages: [{ role: 'user', content: [{ text: text(5500) }] }] } }),
        inputTokenCount: tokens,
      },
      output: {
        outputContentType: 'application/json',
        ...(body !== 'short' && {
          outputBodyJson: {
            output: { message: { role: 'assistant', content: [{ text: text(2000) }] } },
            stopReason: 'end_turn',
            metrics: { latencyMs: 300 + tokens },
            usage: { inputTokens: tokens, outputTokens: 100, totalTokens: tokens + 100 },
          },
        }),
        outputTokenCount: 100,
      },
      identity: { arn: `arn:aws:sts::111122223333:assumed-role/Chat/web-${count % 20}` },
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
    })
    yield line
    if (count % 100 === 0) yield line
  }
}

/** As code and quoted speech are: a line's end or a quotation mark every few words. */
function escaped(text) {
  let words = 0
  return text.replace(/ /g, () => (++words % 12 === 0 ? '\n' : words % 17 === 0 ? ' "' : ' '))
}
