// Says what Marp itself sees in a deck: one JSON text a line in, one JSON answer a line out.
const { createRequire } = require('node:module')
const { createInterface } = require('node:readline')

const { Marp } = createRequire(`${process.argv[2]}/`)('@marp-team/marp-core')

const INSIDE = { image: (token) => token.attrGet('src'), code_inline: (token) => token.content.trim(),
  html_inline: (token) => token.content, marp_math_inline: (token) => token.content }

const answer = (text) => {
  const tokens = new Marp({ emoji: { unicode: false } }).markdown.parse(text, {})
  const inside = tokens.filter(({ type }) => type === 'inline' || type === 'marpit_hidden_inline')
    .flatMap((token) => token.children.filter(({ type }) => type in INSIDE))
  return {
    slides: tokens.filter(({ type }) => type === 'marpit_inline_svg_open').length,
    fences: tokens.filter(({ type }) => type === 'fence').map((token) => [token.map[0], token.info]),
    inside: inside.map((token) => [token.type, INSIDE[token.type](token)]),
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`)
})
