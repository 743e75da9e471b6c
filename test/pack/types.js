import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a program written against the library may do; the marked lines must not compile. */
const CONSUMER = `
import { AppError, type ChangeReport, type Report, type ReportView, plan, render, report } from 'bedrock-monitor'
import type { Warning } from 'bedrock-monitor'

const view: ReportView = await report({ source: 'file', path: 'log.jsonl', by: ['day'] })
const numbers: Report = view.report
const dear: string[] = numbers.groups.filter(({ costUsd }) => (costUsd ?? 0) > 50).map(({ key }) => key.day ?? '')
const text: string = await render(view, 'table', { width: 80 })
const warnings: readonly Warning[] = numbers.warnings
const planned: ChangeReport = await plan({ regions: ['us-east-1'], settings: { retentionDays: 30 } })
export const all = [dear, text, warnings, planned.ok, new AppError('usage', 'Wrong', 'why').hint]

// @ts-expect-error no such format
await render(view, 'pdf')
// @ts-expect-error at least one Region
await plan({ regions: [] })
// @ts-expect-error files have a path
await report({ source: 'file' })
`

const MODULES = { nodenext: 'nodenext', bundler: 'preserve' }

/** A strict TypeScript program of somebody else's compiles against the shipped types, whichever way it finds modules. */
export function checkTypes(home, root) {
  for (const [moduleResolution, module] of Object.entries(MODULES)) {
    const folder = join(home, moduleResolution)
    mkdirSync(folder)
    writeFileSync(join(folder, 'consumer.mts'), CONSUMER)
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2023',
      // AbortSignal is all that the types take from there; `@types/node` has it too.
      lib: ['es2023', 'dom'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.mts'] }))
    const { status, stdout } = spawnSync(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      folder,
    ])
    assert.equal(status, 0, `with moduleResolution ${moduleResolution}:\n${stdout}`)
  }
}
