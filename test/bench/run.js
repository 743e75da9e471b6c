/**
 * `npm run bench [-- --mb N] [--runs N] [--big]`: how fast the log scanner is, as ratios of medians taken in one run, on
 * generated logs (kept in the temporary folder between runs). Nothing else should be running.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { jqSums } from './jq.js'
import { logsOf } from './logs.js'

const MEASURE = new URL('./measure.js', import.meta.url)
const PROGRAM = new URL('../../bin/bedrock-monitor.js', import.meta.url)
const BY = ['--by', 'model', '--by', 'identity', '--by', 'operation', '--by', 'hour']

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '2048' },
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    big: { type: 'boolean', default: false },
  },
})
const bytes = Number(values.mb) * 2 ** 20
const print = (text) => process.stdout.write(`${text}\n`)

print(`generating ${values.mb} MB of logs, unless they are there from an earlier run`)
const { folder, files, rawBytes, gzipBytes } = logsOf(bytes, Number(values.seed))
print(`${files.length} objects, ${mb(rawBytes)} raw, ${mb(gzipBytes)} gzipped\n`)

const modes = ['gunzip', 'gunzip-chunks', 'scan-1', 'scan-2', 'parse', 'report', 'zcat | jq']
const results = Object.fromEntries(modes.map((mode) => [mode, []]))
for (let run = 0; run < Number(values.runs); run++) for (const mode of modes) results[mode].push(measure(mode))
const ms = Object.fromEntries(modes.map((mode) => [mode, median(results[mode].map((result) => result.ms))]))
const [scanned] = results['scan-1']
const [jq] = results['zcat | jq']

for (const mode of modes) {
  const cpu = median(results[mode].map(({ cpuMs }) => cpuMs ?? Number.NaN))
  const busy = Number.isNaN(cpu) ? '' : `  ${seconds(cpu)} of processor time`
  print(`${mode.padEnd(16)}${seconds(ms[mode])}  ${rate(ms[mode]).padStart(13)}${busy}`)
}
print('')

check('scan, one thread, to gunzipSync alone', ms['scan-1'] / ms.gunzip, (ratio) => ratio <= 1.15, 'at most 1.15')
print(`     ${'… to gunzip in chunks alone'.padEnd(50)}${(ms['scan-1'] / ms['gunzip-chunks']).toFixed(2)}`)
print(`     ${'JSON.parse to gunzipSync alone'.padEnd(50)}${(ms.parse / ms.gunzip).toFixed(2)}`)
check('one thread to two', ms['scan-1'] / ms['scan-2'], (ratio) => ratio >= 1.7, 'at least 1.7 on two idle cores')
check('zcat | jq to a report from files, end to end', ms['zcat | jq'] / ms.report, (ratio) => ratio >= 5, 'at least 5')
print(`     ${'… to scan on two threads'.padEnd(50)}${(ms['zcat | jq'] / ms['scan-2']).toFixed(2)}`)
print(`     ${'… to scan on one thread'.padEnd(50)}${(ms['zcat | jq'] / ms['scan-1']).toFixed(2)}`)
check('sums equal to those of jq', sameSums(scanned.sums, jq.sums) ? 1 : 0, (same) => same === 1, '1')
memory('peak memory, one thread', results['scan-1'])
memory('peak memory, two threads', results['scan-2'])
if (values.big) {
  const big = logsOf(2 * bytes, Number(values.seed))
  memory(`peak memory, two threads, ${mb(big.rawBytes)}`, [measure('scan-2', big.folder)])
}

function measure(mode, from = folder) {
  if (mode === 'zcat | jq') return jqSums(files)
  if (mode === 'report') return timed(['report', '--source', `file:${folder}`, ...BY, '--json', '--offline'])
  const out = execFileSync(process.execPath, [fileURLToPath(MEASURE), mode, from], {
    maxBuffer: 2 ** 28,
  })
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

function check(what, figure, holds, target) {
  if (!holds(figure)) process.exitCode = 1
  print(`${holds(figure) ? 'ok  ' : 'MISS'} ${what.padEnd(50)}${figure.toFixed(2)}  (${target})`)
}

function sameSums(ours, theirs) {
  const text = (sums) => JSON.stringify(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)))
  return text(ours) === text(theirs)
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

function mb(amount) {
  return `${Math.round(amount / 2 ** 20)} MB`
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`.padStart(9)
}

function rate(milliseconds) {
  return `${Math.round(rawBytes / 2 ** 20 / (milliseconds / 1000))} MB/s raw`
}
