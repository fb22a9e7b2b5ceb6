// Makes fixtures/world_map.json: the outline of every country as an SVG path in whole numbers, by ISO alpha-2.
//
//   npm install --ignore-scripts && npm run make
//
// Natural Earth 1:50m (public domain, from the package world-atlas) → simplified to 6 % with every shape kept →
// Natural Earth projection → a drawing 2000 wide. Countries too small to see or to press also get a dot, and so do
// those that Natural Earth counts as a part of another. Areas without an ISO code are drawn but belong to nobody.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoNaturalEarth1, geoPath } from "d3-geo";
import countries from "i18n-iso-countries";
import mapshaper from "mapshaper";

const WIDTH = 2000;
const SMALL = 80; // square units of the drawing: 4 or 5 px across on a desktop
const SPECK = 7; // islands below this many square units are left out where the country has larger ones
const NOT_DRAWN = new Set(["AQ"]);
const PLACES = { // longitude, latitude: parts of other countries in Natural Earth
  BQ: [-68.27, 12.18], BV: [3.36, -54.42], CC: [96.87, -12.16], CX: [105.69, -10.49], GF: [-53.1, 4.0],
  GI: [-5.35, 36.14], GP: [-61.55, 16.25], MQ: [-61.0, 14.65], RE: [55.53, -21.12], SJ: [16.0, 78.5],
  TK: [-171.85, -9.2], TV: [179.2, -8.5], UM: [166.6, 19.3], YT: [45.17, -12.83],
};

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
for (const country of atlas.objects.countries.geometries) country.properties.code = country.id;
const output = await mapshaper.applyCommands(
  "-i world.json -simplify 6% keep-shapes -o out.json format=geojson target=countries",
  { "world.json": atlas },
);
const features = JSON.parse(output["out.json"]).features;

function alpha2({ code, name }) {
  if (name === "Kosovo") return "XK"; // user-assigned, used by the European Commission
  return code ? countries.numericToAlpha2(code) : undefined;
}

// d3-geo takes the inside of a ring to be on its right: a ring the other way round would cover the globe.
function rewound(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const turned = polygons.map((rings) => {
    const inverted = geoArea({ type: "Polygon", coordinates: [rings[0]] }) > 2 * Math.PI;
    return inverted ? rings.map((ring) => [...ring].reverse()) : rings;
  });
  return { type: "MultiPolygon", coordinates: turned };
}

function area(ring) {
  const twice = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

// Whole numbers and relative steps: a third of the size of what d3 writes.
function compact(path) {
  const rings = path.split("Z").filter(Boolean).map((ring) =>
    ring.slice(1).split("L").map((pair) => pair.split(",").map(Math.round)));
  const largest = Math.max(...rings.map(area));
  let written = "";
  for (const ring of rings) {
    const points = ring.filter(([x, y], i) => i === 0 || x !== ring[i - 1][0] || y !== ring[i - 1][1]);
    if (points.length < 3 || area(points) < Math.min(SPECK, largest)) continue;
    const steps = points.slice(1).map(([x, y], i) => `${x - points[i][0]} ${y - points[i][1]}`);
    written += `M${points[0].join(" ")}l${steps.join(" ")}z`.replaceAll(" -", "-");
  }
  return written;
}

const drawn = features.filter((feature) => !NOT_DRAWN.has(alpha2(feature.properties)));
const all = { type: "GeometryCollection", geometries: drawn.map((feature) => rewound(feature.geometry)) };
const projection = geoNaturalEarth1().fitWidth(WIDTH, all);
const draw = geoPath(projection);
const height = Math.ceil(draw.bounds(all)[1][1]);

const byCode = new Map();
for (const feature of drawn) {
  const code = alpha2(feature.properties);
  byCode.set(code, [...(byCode.get(code) ?? []), feature]);
}
const shapes = {};
const dots = {};
let land = "";
for (const [code, parts] of byCode) {
  const whole = { type: "GeometryCollection", geometries: parts.map((feature) => rewound(feature.geometry)) };
  const path = compact(draw(whole));
  if (!code) {
    land = path;
    continue;
  }
  if (path) shapes[code] = path;
  if (!path || draw.area(whole) < SMALL) dots[code] = draw.centroid(whole).map(Math.round);
}
for (const [code, place] of Object.entries(PLACES)) dots[code] = projection(place).map(Math.round);

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const map = { width: WIDTH, height, land, shapes: sorted(shapes), dots: sorted(dots) };
const target = new URL("../../fixtures/world_map.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(map, null, 1)}\n`);
console.log(`${Object.keys({ ...shapes, ...dots }).length} countries, ${Object.keys(dots).length} dots, ${height} high`);
