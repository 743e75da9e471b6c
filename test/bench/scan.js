import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { jqSums } from './jq.js'
import { logsOf } from './logs.js'
import { SHAPES, shapeFolder } from './shapes.js'
import { check, median, print, seconds, tell } from './table.js'

const MEASURE = new URL('./measure.js', import.meta.url)
const PROGRAM = new URL('../../bin/bedrock-monitor.js', import.meta.url)
const BY = ['--by', 'model', '--by', 'identity', '--by', 'operation', '--by', 'hour']
const MODES = ['gunzip', 'gunzip-chunks', 'scan-1', 'scan-2', 'duckdb-1', 'duckdb-2', 'parse', 'report', 'zcat | jq']

/** What there is to be compared with, many times slower: once tells enough. */
const SLOW = ['parse', 'zcat | jq']

/**
 * How fast the log scanner is, on generated logs (kept in the temporary folder between runs).
 * @param {{ mb?: string, runs?: string, seed: string, shape?: string }} options; of one shape only, its figures alone
 */
export function benchScan(options) {
  if (options.shape !== undefined) return benchShapes(options)
  const { mb = '4096' } = options
  const bytes = Number(mb) * 2 ** 20
  print(`generating ${mb} MB of logs, unless they are there from an earlier run`)
  const logs = logsOf(bytes, Number(options.seed))
  print(`${logs.files.length} objects, ${mib(logs.rawBytes)} raw, ${mib(logs.gzipBytes)} gzipped`)

  const results = Object.fromEntries(MODES.map((mode) => [mode, []]))
  for (let run = 0; run < Number(options.runs ?? 3); run++) {
    for (const mode of MODES) if (run === 0 || !SLOW.includes(mode)) results[mode].push(measure(mode, logs))
  }
  const ms = Object.fromEntries(MODES.map((mode) => [mode, median(results[mode].map((result) => result.ms))]))
  for (const mode of MODES) {
    const cpu = median(results[mode].map(({ cpuMs }) => cpuMs ?? Number.NaN))
    const busy = Number.isNaN(cpu) ? '' : `  ${seconds(cpu)} of processor time`
    print(`     ${mode.padEnd(16)}${seconds(ms[mode])}  ${rate(logs.rawBytes, ms[mode]).padStart(13)}${busy}`)
  }

  check('scan, one thread, to gunzipSync alone', ms['scan-1'] / ms.gunzip, (ratio) => ratio <= 1.15, 'at most 1.15')
  tellRatio('… to gunzip in chunks alone', ms['scan-1'] / ms['gunzip-chunks'])
  tellRatio('JSON.parse to gunzipSync alone', ms.parse / ms.gunzip)
  check('one thread to two', ms['scan-1'] / ms['scan-2'], (ratio) => ratio >= 1.7, 'at least 1.7 on two idle cores')
  check(
    'zcat | jq to a report from files, end to end',
    ms['zcat | jq'] / ms.report,
    (ratio) => ratio >= 5,
    'at least 5',
  )
  tellRatio('… to scan on two threads', ms['zcat | jq'] / ms['scan-2'])
  tellRatio('… to scan on one thread', ms['zcat | jq'] / ms['scan-1'])
  for (const threads of [1, 2]) {
    const ratio = ms[`duckdb-${threads}`] / ms[`scan-${threads}`]
    check(`DuckDB to scan, threads: ${threads}`, ratio, (ratio) => ratio >= 1, 'at least 1')
  }
  const [scanned] = results['scan-1']
  for (const other of ['zcat | jq', 'duckdb-1']) {
    const isSame = sameSums(scanned.sums, results[other][0].sums)
    check(`sums equal to those of ${other}`, isSame ? 1 : 0, (same) => same === 1, '1')
  }
  memory(`peak memory, one thread, ${mib(logs.rawBytes)}`, results['scan-1'])
  memory(`peak memory, two threads, ${mib(logs.rawBytes)}`, results['scan-2'])
  const fewer = logsOf(bytes / 4, Number(options.seed))
  memory(`peak memory, two threads, ${mib(fewer.rawBytes)}`, [measure('scan-2', fewer)])
  benchShapes(options)
}

/** Processor time of the whole process to that of gunzipSync's, taken in pairs so that what else the machine does hits both. */
function benchShapes({ runs, seed, shape }) {
  const found = SHAPES.filter(({ name }) => shape === undefined || name.includes(shape)).map(({ name, ...kind }) => {
    const folder = shapeFolder(kind, Number(seed))
    const pairs = Array.from({ length: Number(runs ?? 5) }, () => {
      const gunzip = measure('gunzip', { folder })
      const scan = measure('scan-1', { folder })
      if (scan.faults > 0 || scan.doubles === 0) throw new Error(`${name}: not read as it was made`)
      return { ratio: scan.processMs / gunzip.processMs, gunzip: gunzip.processMs, scan: scan.processMs }
    })
    const middle = (of) => median(pairs.map((pair) => pair[of]))
    tell(name, `${middle('ratio').toFixed(2)}   ${seconds(middle('scan'))} to ${seconds(middle('gunzip'))}`)
    return { name, ratio: middle('ratio') }
  })
  for (const body of ['short', 'long']) {
    const alike = found.filter(({ name }) => name.startsWith(body)).sort((a, b) => b.ratio - a.ratio)
    const [worst] = alike
    if (worst) check(`worst of ${body}: ${worst.name}`, worst.ratio, (ratio) => ratio <= 1.2, 'at most 1.2')
  }
}

function measure(mode, { files, folder }) {
  if (mode === 'zcat | jq') return jqSums(files)
  if (mode === 'report') return timed(['report', '--source', `file:${folder}`, ...BY, '--json', '--offline'])
  const out = execFileSync(process.execPath, [fileURLToPath(MEASURE), mode, folder], { maxBuffer: 2 ** 28 })
  return JSON.parse(out.toString())
}

/** The program itself, from its start to its end. */
function timed(flags) {
  const begin = performance.now()
  execFileSync(process.execPath, [fileURLToPath(PROGRAM), ...flags], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { ms: performance.now() - begin }
}

function memory(what, runs) {
  check(`${what}, MB`, Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6, (most) => most < 300, 'below 300')
}

function tellRatio(what, ratio) {
  tell(what, ratio.toFixed(2))
}

function sameSums(ours, theirs) {
  const text = (sums) => JSON.stringify(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)))
  return text(ours) === text(theirs)
}

function mib(amount) {
  return `${Math.round(amount / 2 ** 20)} MB`
}

function rate(bytes, milliseconds) {
  return `${Math.round(bytes / 2 ** 20 / (milliseconds / 1000))} MB/s raw`
}
