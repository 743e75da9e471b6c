import { EXIT_CODES } from '../src/cli/help/help.ts'
import { configSchema } from './config-schema.ts'
import { askedTable, freeOfCharge, plansTable, readmeCosts, standingTable } from './costs.ts'
import { lakeDdl } from './lake-ddl.ts'
import { type Part, withParts } from './marked.ts'
import {
  alarmsTable,
  commandsTable,
  exitCodesTable,
  faultsTable,
  formatsTable,
  metricsTable,
  settingsTable,
  variablesTable,
  warningsTable,
} from './tables.ts'

const ANY_FOLDERS = {
  bucket: 'bedrock-logs-111122223333',
  keyPrefix: 'bedrock-logs',
  accounts: ['111122223333'],
  regions: ['us-east-1'],
}

/** Every file of which the code decides something, as it should be; `read` gives it as it is. */
export async function generated(read: (path: string) => string): Promise<{ path: string; text: string }[]> {
  const months = await plansTable()
  const picture = read('docs/terminal.svg')
  const parts: Record<string, Part[]> = {
    'README.md': [
      { name: 'commands', text: commandsTable() },
      { name: 'exit codes', text: EXIT_CODES.map((row) => row.join(' ')).join(' · ') },
      { name: 'costs', text: readmeCosts(months.standard, picture) },
    ],
    'docs/costs.md': [
      { name: 'free', text: freeOfCharge() },
      { name: 'standing', text: standingTable() },
      { name: 'plans', text: months.table },
      { name: 'asked', text: askedTable() },
    ],
    'docs/exporter.md': [{ name: 'metrics', text: metricsTable() }],
    'docs/migration.md': [{ name: 'variables', text: variablesTable() }],
    'docs/reports.md': [{ name: 'formats', text: formatsTable() }],
    'docs/sandbox.md': [{ name: 'faults', text: faultsTable() }],
    'docs/lake.md': [{ name: 'ddl', text: `\`\`\`sql\n${lakeDdl(ANY_FOLDERS)}\n\`\`\`` }],
    'docs/scripting.md': [
      { name: 'exit codes', text: exitCodesTable() },
      { name: 'warnings', text: warningsTable() },
    ],
    'docs/settings.md': [{ name: 'settings', text: settingsTable() }],
    'docs/setup.md': [{ name: 'alarms', text: alarmsTable() }],
  }
  return [
    ...Object.entries(parts).map(([path, own]) => ({ path, text: withParts({ path, text: read(path) }, own) })),
    { path: 'src/schema/config.schema.json', text: JSON.stringify(configSchema(), null, 2) },
  ]
}
