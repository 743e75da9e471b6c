/**
 * Makes the pictures of the README from real runs of the built program on its sandbox: `npm run build && node docs/pictures.js`.
 * The page is photographed by headless chromium; where there is none, that picture stays as it is.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { svgOfTerminal } from './terminal-svg.js'

const BIN = fileURLToPath(new URL('../bin/bedrock-monitor.js', import.meta.url))
const COLUMNS = 124
const PAGE = { width: 1200, height: 985 }

const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
const sandbox = spawn(process.execPath, [BIN, 'sandbox', '--json', '--live', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const env = { ...process.env, ...(await started(sandbox)).env, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) }
  const screen = run(env, ['report'])
  writeFileSync(here('terminal.svg'), svgOfTerminal(`$ bedrock-monitor report\n\n${screen}`, COLUMNS))
  run(env, ['report', '--quiet', '--output', join(folder, 'report.html')])
  photograph(join(folder, 'report.html'), here('report.png'))
} finally {
  sandbox.kill('SIGINT')
  rmSync(folder, { recursive: true })
}

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** What the sandbox tells of itself, once it is there. */
function started(child) {
  return new Promise((resolve, reject) => {
    let text = ''
    child.on('exit', () => reject(new Error('the sandbox did not start; is the program built?')))
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
      if (text.endsWith('}\n')) resolve(JSON.parse(text))
    })
  })
}

function run(env, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`bedrock-monitor ${args.join(' ')}: exit ${status}\n${stderr}`)
  return stdout
}

function photograph(page, picture) {
  const { width, height } = PAGE
  const { error, status } = spawnSync('chromium', [
    '--headless',
    '--no-sandbox',
    '--hide-scrollbars',
    `--user-data-dir=${join(folder, 'chromium')}`,
    `--window-size=${width},${height}`,
    `--screenshot=${picture}`,
    `file://${page}`,
  ])
  if (error || status !== 0) process.stderr.write(`no chromium: ${picture} stays as it is\n`)
}
