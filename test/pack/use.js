import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const RECORD = {
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
  timestamp: '2026-09-08T10:00:00Z',
  accountId: '111122223333',
  identity: { arn: 'arn:aws:iam::111122223333:user/ana' },
  region: 'us-east-1',
  requestId: '00000000-0000-4000-8000-000000000001',
  operation: 'Converse',
  modelId: MODEL,
  input: { inputContentType: 'application/json', inputTokenCount: 1_000_000 },
  output: { outputContentType: 'application/json', outputTokenCount: 1_000_000 },
}

/** As a library: the numbers and a rendering, without any file of the package being named. */
const SCRIPT = `
import { AppError, render, report } from 'bedrock-monitor'
const view = await report({ source: 'file', path: 'log.jsonl' })
const text = await render(view, 'markdown')
const refused = await report({ source: 'file', path: 'nothing-here' }).catch((error) => error)
console.log(JSON.stringify({ total: view.report.total, text, refused: refused instanceof AppError }))
`

/** The commands that need no account, and the library, in the folder that the package was installed in. */
export async function checkProgram(home, env) {
  const run = async (...[program, ...args]) => (await promisify(execFile)(program, args, { cwd: home, env })).stdout
  const monitor = (...args) => run('npx', '--offline', 'bedrock-monitor', ...args)
  writeFileSync(join(home, 'log.jsonl'), `${JSON.stringify(RECORD)}\n`)
  writeFileSync(join(home, 'library.mjs'), SCRIPT)

  const installed = join(home, 'node_modules/bedrock-monitor')
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  assert.equal(await monitor('--version'), `${version}\n`)
  assert.match(await monitor('--help'), /bedrock-monitor report/)

  const tour = (await monitor('demo', '--no-color')).trimEnd().split('\n')
  assert.equal(tour.at(-1), 'Nothing left.')

  const { total, groups } = JSON.parse(await monitor('report', '--source', 'file:log.jsonl', '--json'))
  assert.equal(groups.length, 1)
  assert.equal(groups[0].key.model, MODEL)
  assert.equal(total.inputTokens, 1_000_000)
  assert.ok(total.costUsd > 0, 'the bundled prices know the model')
  assert.match(await monitor('report', '--source', 'file:log.jsonl', '--format', 'html'), /^<!doctype html>/i)
  assert.match(await monitor('prices', MODEL, '--no-color'), /claude-sonnet-4-5/)

  assert.match(await monitor('completion', 'bash'), /complete .*bedrock-monitor/)

  const library = JSON.parse(await run('node', 'library.mjs'))
  assert.deepEqual(library.total, total, 'the library tells what the program tells')
  assert.match(library.text, /claude-sonnet-4-5/)
  assert.equal(library.refused, true)
}
