import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { defineConfig } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'

const MAIN = 'src/cli/main.ts'
const LIBRARY = 'src/index.ts'
const CLIENTS = ['sts', 'cloudwatch'].map((name) => `node_modules/@aws-sdk/client-${name}/dist-es/index.js`)
const COMMANDS = readdirSync(join(import.meta.dirname, 'src/cli/commands'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `src/cli/commands/${name}/index.ts`)
const REPORT = [
  'src/cli/session/open-session.ts',
  'src/cli/session/price-sources.ts',
  'src/report/formats/table.ts',
  'src/report/formats/json.ts',
  'src/report/sources/metrics/read.ts',
  'src/report/sources/prices.ts',
  'src/steps/6-report.ts',
]

/** Licences that allow what this program does with others' code: to give it on, changed or not, with their notice. */
const ALLOWED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'])

/**
 * The program as few files: what the main help needs, what every command needs, and one for each part that only some need, so
 * that `--help` reads no AWS client. Names are kept, so that a stack trace can be read without maps of ten megabytes.
 */
export default defineConfig({
  input: { main: MAIN, index: LIBRARY, worker: 'src/report/scan/worker.ts' },
  platform: 'node',
  // A database of 60 MB that only the sandbox uses, where it is installed.
  external: ['@duckdb/node-api'],
  resolve: {
    // ora brings another package for the width of text: with it, a report on a terminal takes 15 % more processor time.
    alias: { 'string-width': 'fast-string-width' },
    // The ES modules of AWS's clients, of which the bundler leaves out what is not used.
    mainFields: ['module', 'main'],
  },
  plugins: [colourAsTold(), parserOnly(), pricesOfAwsOnly(), thirdPartyNotices(), libraryTypes()],
  output: {
    dir: 'dist',
    format: 'esm',
    // The thread's script is found beside the file that starts it.
    chunkFileNames: '[name]-[hash].js',
    minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
    codeSplitting: {
      groups: [
        // A file takes half a millisecond to find and open: what goes together stands together.
        { debugName: 'start', name: (id, context) => (isOfStart(id, context) ? 'start' : null), priority: 4 },
        { debugName: 'line', name: (id, context) => (isOfLine(id, context) ? 'line' : null), priority: 3 },
        { debugName: 'commands', name: (id, context) => (isOfCommands(id, context) ? 'commands' : null), priority: 3 },
        { debugName: 'clients', name: (id, context) => (isOfEveryClient(id, context) ? 'clients' : null), priority: 2 },
        { debugName: 'report', name: (id, context) => (isOfEveryReport(id, context) ? 'report' : null), priority: 1 },
        { debugName: 'command', name: ofOneCommand, priority: 0 },
      ],
    },
  },
})

/** What the main help and the version take. */
let start
function isOfStart(id, context) {
  start ??= staticImports(MAIN, context)
  return start.has(id)
}

/** What it takes besides to read any line, and the line of a report. */
let line
function isOfLine(id, context) {
  line ??= ['src/cli/session/run-line.ts', 'src/cli/commands/report/index.ts'].map((entry) =>
    staticImports(entry, context),
  )
  return line.some((modules) => modules.has(id)) && !isOfStart(id, context)
}

/** What several other commands take to read theirs, or one and a report. */
function isOfCommands(id, context) {
  if (isOfLine(id, context) || isOfStart(id, context)) return false
  const users = commandsWith(id, context)
  return users.length > 1 || (users.length > 0 && isOfReport(id, context))
}

/** The command that alone takes it to read its line. */
function ofOneCommand(id, context) {
  return isOfLine(id, context) || isOfStart(id, context) ? null : (commandsWith(id, context)[0] ?? null)
}

let commands
function commandsWith(id, context) {
  commands ??= COMMANDS.map((entry) => [basename(dirname(entry)), staticImports(entry, context)])
  return commands.filter(([, modules]) => modules.has(id)).map(([name]) => name)
}

function staticImports(entry, context) {
  const found = new Set()
  const open = [realpathSync(join(import.meta.dirname, entry))]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(context.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

/**
 * The program tells chalk how many colours there are. Its own look at the terminal, by modules of Node that nothing else needs,
 * takes 9 % more processor time in `--help` and `--version`; ora goes by it.
 */
function colourAsTold() {
  const id = '\0colours'
  return {
    name: 'colour-as-told',
    resolveId: (source) => (source === '#supports-color' ? id : null),
    load: (loaded) =>
      loaded === id ? 'const level = { level: 1 }; export default { stdout: level, stderr: level }' : null,
  }
}

/** Of what yargs gives besides itself the program takes the parser: with what lays out the text of a help, a report takes 8 % more. */
function parserOnly() {
  const id = '\0yargs-parser'
  return {
    name: 'parser-only',
    resolveId: (source) => (source === 'yargs/helpers' ? id : null),
    load: (loaded) => (loaded === id ? "export { default as Parser } from 'yargs-parser'" : null),
  }
}

/**
 * Leaves out the prices of all providers that nobody asks for: data of half a megabyte, which takes 25 ms to load in
 * every report. The lookups are all of provider `aws`. Fails where the package has come to look otherwise.
 */
function pricesOfAwsOnly() {
  return {
    name: 'prices-of-aws-only',
    transform: {
      filter: { id: /@pydantic[\\/]genai-prices[\\/]dist/ },
      handler(code) {
        const lists = parseAst(code)
          .body.flatMap((statement) => statement.declarations ?? [])
          .map(({ init }) => init)
          .filter(
            (init) => init?.type === 'ArrayExpression' && init.elements.some((element) => idOf(element) === 'aws'),
          )
        const [list] = lists
        const aws = list?.elements.filter((element) => idOf(element) === 'aws') ?? []
        if (lists.length !== 1 || aws.length !== 1) throw new Error('the prices of aws are not where they were')
        const [{ start, end }] = aws
        return `${code.slice(0, list.start)}[${code.slice(start, end)}]${code.slice(list.end)}`
      },
    },
  }
}

/** The `id` that an object in the source has, if it is written there as a plain string. */
function idOf(element) {
  const property = element?.properties?.find(({ key }) => (key?.name ?? key?.value) === 'id')?.value
  return property?.type === 'TemplateLiteral' ? property.quasis[0]?.value.cooked : property?.value
}

/** What all clients of AWS are made of: what the one for STS, which every command calls, shares with another. */
let shared
function isOfEveryClient(id, context) {
  shared ??= CLIENTS.map((entry) => staticImports(entry, context))
  return shared.every((modules) => modules.has(id))
}

/** What a report from metrics takes, besides AWS's clients and what stands elsewhere already. */
function isOfEveryReport(id, context) {
  return isOfReport(id, context) && !isOfStart(id, context) && !isOfLine(id, context) && !isOfCommands(id, context)
}

let reporting
function isOfReport(id, context) {
  reporting ??= REPORT.map((entry) => staticImports(entry, context))
  return id.includes(`${sep}src${sep}`) && reporting.some((modules) => modules.has(id))
}

/** Writes the licences of all packages that went into the bundle beside it, and refuses those that may not. */
function thirdPartyNotices() {
  return {
    name: 'third-party-notices',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
      const packages = new Map(
        modules.filter((id) => id.includes(`${sep}node_modules${sep}`)).map((id) => packageOf(id)),
      )
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source: notices([...packages.values()]) })
    },
  }
}

/** Writes the types that the library's entry leads to, and no others: they say nothing of AWS's clients. */
function libraryTypes() {
  return {
    name: 'library-types',
    generateBundle() {
      const folder = mkdtempSync(join(tmpdir(), 'types-'))
      try {
        const tsc = 'node_modules/typescript/bin/tsc'
        execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', folder], { stdio: 'inherit' })
        for (const path of declarations(join(folder, 'index.d.ts'))) {
          const fileName = ['types', ...relative(folder, path).split(sep)].join('/')
          this.emitFile({ type: 'asset', fileName, source: readFileSync(path, 'utf8') })
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  }
}

function declarations(entry) {
  const found = new Set([entry])
  for (const path of found) {
    for (const [, imported] of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.ts['"]/g)) {
      found.add(join(dirname(path), `${imported}.d.ts`))
    }
  }
  return found
}

/** The folder and manifest of the package that a module belongs to. */
function packageOf(id) {
  let folder = dirname(id)
  for (;;) {
    const path = join(folder, 'package.json')
    const manifest = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
    // Folders within a package have manifests too, which only say what kind of modules they hold.
    if (manifest.name !== undefined && manifest.version !== undefined) return [folder, { ...manifest, folder }]
    folder = dirname(folder)
  }
}

/** Each licence's text once, after the packages that are under it. */
function notices(packages) {
  const byText = new Map()
  for (const { name, version, license, folder } of packages) {
    if (!ALLOWED.has(license)) throw new Error(`${name} ${version} is under ${license}: it may not go into the bundle`)
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(entry))
    const text = file === undefined ? `${license}\n` : readFileSync(join(folder, file), 'utf8').trim()
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const parts = [...byText].map(([text, names]) => `${names.sort().join('\n')}\n\n${text}\n`)
  return parts.sort().join(`\n${'-'.repeat(78)}\n\n`)
}
