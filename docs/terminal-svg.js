const CELL = { width: 8.4, height: 17 }
const MARGIN = 20
const BAR = 34

const COLOURS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  36: '#79c0ff',
}
const TEXT = '#e6edf3'
const BACKGROUND = '#0d1117'

/**
 * Terminal output with its colours as a picture. Each run of text is given its place and its width in columns, so that
 * columns stand in line with whatever font there is. Knows the styles that the program uses: bold, dim and four colours.
 */
export function svgOfTerminal(text, columns) {
  const lines = text.trimEnd().split('\n')
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN)
  const height = Math.ceil(BAR + lines.length * CELL.height + MARGIN)
  const state = { bold: false, dim: false, colour: undefined }
  const rows = lines.flatMap((line, row) => runsOf(line, state).map((run) => element(run, row)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="a report in the terminal">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, n) => `<circle cx="${20 + n * 18}" cy="17" r="5.5" fill="${fill}"/>`,
    ),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** Pieces of one style, with the column they begin in. Several blanks part them, since not every viewer keeps these apart. */
function runsOf(line, state) {
  const runs = []
  let column = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal begin with one
  for (const [, codes, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (text === undefined) for (const code of codes.split(';')) change(state, Number(code))
    else {
      for (const { 0: piece, index } of text.matchAll(/\S+(?: \S+)*/g)) {
        runs.push({ ...state, column: column + index, text: piece })
      }
      column += text.length
    }
  }
  return runs
}

function change(state, code) {
  if (code === 0) Object.assign(state, { bold: false, dim: false, colour: undefined })
  else if (code === 1) state.bold = true
  else if (code === 2) state.dim = true
  else if (code === 22) Object.assign(state, { bold: false, dim: false })
  else if (code === 39) state.colour = undefined
  else if (code in COLOURS) state.colour = COLOURS[code]
  else throw new Error(`no picture of the terminal's style ${code}`)
}

function element({ column, text, bold, dim, colour }, row) {
  const x = round(MARGIN + column * CELL.width)
  const y = round(BAR + row * CELL.height + 14)
  const style = [
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity="0.6"' : '',
    colour === undefined ? '' : ` fill="${colour}"`,
  ].join('')
  const length = round([...text].length * CELL.width)
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(text)}</text>`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value) {
  return Math.round(value * 10) / 10
}
