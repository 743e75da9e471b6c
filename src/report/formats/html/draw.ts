import type { Spec } from 'vega'

/** Draws charts as SVG, one after the other. vega takes a fifth of a second to load, so only this format loads it. */
export async function draw(specs: readonly Spec[]): Promise<string[]> {
  const { Error: ERROR, parse, View } = await import('vega')
  const drawn: string[] = []
  for (const spec of specs) {
    const view = new View(parse(spec), { renderer: 'none', logLevel: ERROR })
    drawn.push(withoutSize(await view.toSVG()))
    view.finalize()
  }
  return drawn
}

/** The view box alone, so that the page decides how wide it is; the figure around it says what it shows. */
function withoutSize(svg: string): string {
  return svg.replace(/^<svg ([^>]*?) width="[\d.]+" height="[\d.]+"/, '<svg $1 aria-hidden="true"')
}
