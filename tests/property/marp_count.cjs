// Says what Marp itself sees in a deck: one JSON text a line in, one JSON answer a line out.
const { createRequire } = require('node:module')
const { createInterface } = require('node:readline')

const { Marp } = createRequire(`${process.argv[2]}/`)('@marp-team/marp-core')

const answer = (text) => {
  const marp = new Marp({ emoji: { unicode: false } })
  const tokens = marp.markdown.parse(text, {})
  return {
    slides: tokens.filter((token) => token.type === 'marpit_inline_svg_open').length,
    fences: tokens.filter((token) => token.type === 'fence').map((token) => [token.map[0], token.info]),
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`)
})
