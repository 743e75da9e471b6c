import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { records } from './records.js'
import { atMost, check, median, print, seconds, tell } from './table.js'

const MB = 2 ** 20
const MEASURE = fileURLToPath(new URL('./measure.js', import.meta.url))
const BLOCK_BYTES = 64 * MB
/** By the way the same records lie on disk: what takes least, and what reads them. */
const KINDS = { plain: 'read', gzip: 'gunzip-pieces', 'gzip-objects': 'gunzip-pieces' }

/**
 * Files of any size: one plain, one gzipped, and the same in objects; on one thread and on two, beside what it takes to read or
 * unpack them. 1 GB by default; `--mb 10240` is 10 GB, which takes 19 GB of disk and is kept until it is deleted by hand.
 * @param {{ mb?: string, runs?: string, seed: string }} options
 */
export function benchLarge({ mb, runs = '3', seed }) {
  const folder = largeLogs(Number(mb ?? 1024) * MB, Number(seed))
  const whole = {}
  for (const [kind, least] of Object.entries(KINDS)) {
    const at = join(folder, kind)
    print(`     ${kind}: ${(bytesIn(at) / MB).toFixed(0)} MB on disk`)
    const modes = [least, 'scan-1', 'scan-2']
    const found = Object.fromEntries(modes.map((mode) => [mode, []]))
    const gzip = []
    for (let run = 0; run < Number(runs); run++) {
      for (const mode of modes) found[mode].push(measure(mode, at))
      if (kind === 'gzip') gzip.push(gzipTime(at))
    }
    const middle = (mode, what) => median(found[mode].map((one) => one[what]))
    for (const mode of modes) {
      const peak = Math.max(...found[mode].map(({ peakBytes }) => peakBytes)) / 1e6
      const busy = `${seconds(middle(mode, 'processMs'))} of processor time`
      print(`     ${mode.padEnd(16)}${seconds(middle(mode, 'ms'))} ${busy} ${peak.toFixed(0).padStart(5)} MB`)
    }
    const ratio = (mode, what) => median(found[mode].map((one, run) => one[what] / found[least][run][what]))
    const clock = ratio('scan-2', 'ms')
    if (kind === 'plain') tell(`${kind}: scan on two threads to ${least}, by the clock`, clock.toFixed(2))
    else check(`${kind}: scan on two threads to ${least}, by the clock`, clock, ...atMost(1.2))
    tell(`${kind}: processor time to ${least}`, ratio('scan-1', 'processMs').toFixed(2))
    if (kind === 'gzip')
      tell('gzip: scan on two threads to gzip -dc', (middle('scan-2', 'ms') / median(gzip)).toFixed(2))
    const peak = Math.max(...found['scan-2'].map(({ peakBytes }) => peakBytes)) / 1e6
    check(`${kind}: peak memory, two threads, MB`, peak, ...atMost(400))
    whole[kind] = JSON.stringify(Object.entries(found['scan-2'][0].sums).sort())
  }
  const isSame = new Set(Object.values(whole)).size === 1
  check('sums are the same, however the records lie', isSame ? 1 : 0, (same) => same === 1, '1')
}

/** Records of a block come again with other ids, so that each is a call of its own. */
function largeLogs(bytes, seed) {
  const folder = join(tmpdir(), `bedrock-monitor-large-v1-${seed}-${bytes}`)
  if (existsSync(folder)) return folder
  print(`generating ${bytes / MB} MB of logs in ${folder}`)
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  for (const kind of Object.keys(KINDS)) mkdirSync(join(unfinished, kind), { recursive: true })
  const plain = openSync(join(unfinished, 'plain', 'logs.jsonl'), 'w')
  const gzip = openSync(join(unfinished, 'gzip', 'logs.jsonl.gz'), 'w')
  const block = blockOf(seed)
  for (let count = 0; count * BLOCK_BYTES < bytes; count++) {
    const id = count.toString(16).padStart(8, '0')
    const text = Buffer.from(block.replace(/"requestId":"[0-9a-f]{8}/g, `"requestId":"${id}`))
    const packed = gzipSync(text, { level: 3 })
    writeSync(plain, text)
    writeSync(gzip, packed)
    const object = openSync(join(unfinished, 'gzip-objects', `${id}.json.gz`), 'w')
    writeSync(object, packed)
    closeSync(object)
  }
  closeSync(plain)
  closeSync(gzip)
  renameSync(unfinished, folder)
  return folder
}

function blockOf(seed) {
  const lines = []
  let size = 0
  for (const line of records(seed)) {
    lines.push(`${line}\n`)
    size += line.length + 1
    if (size >= BLOCK_BYTES) return lines.join('')
  }
}

function measure(mode, folder) {
  return JSON.parse(execFileSync(process.execPath, [MEASURE, mode, folder], { maxBuffer: 2 ** 28 }).toString())
}

function gzipTime(folder) {
  const begin = performance.now()
  const [file] = readdirSync(folder)
  const { status } = spawnSync('gzip', ['-dc', join(folder, file)], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error('gzip -dc failed')
  return performance.now() - begin
}

function bytesIn(folder) {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}
