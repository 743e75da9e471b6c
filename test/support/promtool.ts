import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What promtool says of some files, which it is handed in a folder of their own; '' where all is well. */
export function promtool(args: readonly string[], files: Readonly<Record<string, string>>, input = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8', input })
    return status === 0 ? '' : `${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As Grafana fills in the variables of a query. */
export function filledIn(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '15m')
    .replaceAll('$__range', '1h')
    .replace(/"\$\w+"/g, '".*"')
}

/** What is wrong with expressions, as recording rules of which each is one. */
export function checkExpressions(expressions: readonly string[]): string {
  const rules = expressions.map((expr, index) => ({ record: `checked:${index}`, expr: filledIn(expr) }))
  return promtool(['check', 'rules', 'rules.yml'], {
    'rules.yml': JSON.stringify({ groups: [{ name: 'checked', rules }] }),
  })
}
