/**
 * One measurement in a process of its own: `node measure.js MODE FOLDER` does the work on every file of the folder
 * and prints { ms, cpuMs, processMs, peakBytes, … } as JSON: the time that the work took by the clock and of processors, and
 * what the whole process did.
 */
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuUsage } from 'node:process'
import { createGunzip, gunzipSync } from 'node:zlib'
import { peakBytes } from './memory.js'

const [mode, folder] = process.argv.slice(2)
const files = readdirSync(folder).map((file) => join(folder, file))

const PIECES = { highWaterMark: 512 * 1024 }

const MODES = {
  /** The least that any reader has to do. */
  gunzip() {
    for (const file of files) gunzipSync(readFileSync(file))
  },
  /** The same in chunks of the size that the scanner has. */
  async 'gunzip-chunks'() {
    for (const file of files) await gunzipInChunks(readFileSync(file))
  },
  /** The same of files that are read in pieces, too: for those that do not fit into memory. */
  'gunzip-pieces': () =>
    inPieces((file) => createReadStream(file, PIECES).pipe(createGunzip({ chunkSize: 1024 * 1024 }))),
  /** What takes least of files that are not packed. */
  read: () => inPieces((file) => createReadStream(file, PIECES)),
  'scan-1': () => scan(1),
  'scan-2': () => scan(2),
  'duckdb-1': async () => (await import('./duckdb.js')).duckdbSums(files, 1),
  'duckdb-2': async () => (await import('./duckdb.js')).duckdbSums(files, 2),
  /** What a plain program would do. */
  parse() {
    let tokens = 0
    for (const file of files) {
      for (const line of gunzipSync(readFileSync(file)).toString().split('\n')) {
        if (line !== '') tokens += JSON.parse(line).input.inputTokenCount ?? 0
      }
    }
    return { inputTokens: tokens }
  },
}

function gunzipInChunks(bytes) {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: 1024 * 1024 })
    gunzip
      .on('data', () => {})
      .on('end', resolve)
      .on('error', reject)
      .end(bytes)
  })
}

async function inPieces(open) {
  let rawBytes = 0
  for (const file of files) for await (const piece of open(file)) rawBytes += piece.length
  return { rawBytes }
}

async function scan(threads) {
  // Loaded where it is used: what is measured beside it must not pay for it.
  const { scanAll } = await import('../../build/report/scan/pool.js')
  const { aggregate, faults, rawBytes, records } = await scanAll(
    files.map((path) => ({ name: path, path })),
    {
      threads,
      signal: new AbortController().signal,
      aggregate: { dimensions: ['identity', 'operation'], slotMs: 3_600_000, origin: 0 },
    },
  )
  const sums = {}
  for (const { dimensions, start, counters } of aggregate.rows()) {
    const { model, identity, operation } = dimensions
    const key = [new Date(start).toISOString().slice(0, 13), model, identity, operation].join(' ')
    sums[key] = [counters.inputTokens, counters.outputTokens, counters.cacheReadTokens, counters.cacheWriteTokens]
  }
  const { doubles } = aggregate
  return {
    faults: faults.length,
    rawBytes,
    records,
    doubles,
    sums,
    percentiles: aggregate.percentiles(['model']).length,
  }
}

const cpu = cpuUsage()
const begin = performance.now()
const found = await MODES[mode]()
const ms = performance.now() - begin
const { user, system } = cpuUsage(cpu)
const whole = cpuUsage()
const processMs = (whole.user + whole.system) / 1000
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, processMs, peakBytes: peakBytes(), ...found }))
