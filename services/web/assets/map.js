// Maps without any other host: outlines of municipalities of our own, circles for what is there.
import L from "leaflet";
import { feature } from "topojson-client";

const LINE = { color: "#8aa3a8", weight: 1, fillColor: "#ffffff", fillOpacity: 1, interactive: false };

async function draw(box) {
  const map = L.map(box, { attributionControl: true, zoomSnap: 0.25, minZoom: 6, maxZoom: 13, keyboard: true });
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(box.dataset.attribution);
  map.fitBounds([[50.75, 3.36], [53.56, 7.23]]);
  for (const [name, selector] of [["zoomIn", ".leaflet-control-zoom-in"], ["zoomOut", ".leaflet-control-zoom-out"]]) {
    const button = box.querySelector(selector);
    button.title = box.dataset[name];
    button.setAttribute("aria-label", box.dataset[name]);
  }
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 19 }).addTo(map);
  const [outlines, found] = await Promise.all([json(box.dataset.outlines), json(box.dataset.map)]);
  if (outlines && !box.dataset.tiles) {
    const shapes = feature(outlines, outlines.objects.m);
    const shade = new Map((found?.areas ?? []).map((area) => [area.code, area]));
    L.geoJSON(shapes, { style: ({ id }) => ({ ...LINE, ...tint(shade.get(id)) }) }).addTo(map).bringToBack();
  }
  if (found) points(map, box, found);
  box.dataset.ready = "true";
}

const SHADES = ["#d3ecea", "#9fd2cf", "#5fb0ad", "#2a8583", "#0b5a5c"];

function tint(area) {
  return area ? { fillColor: SHADES[Math.min(area.level, SHADES.length) - 1] } : {};
}

const APART_PX = 34;

// Places that would cover each other become one circle; zooming in takes them apart.
function gathered(map, places) {
  const groups = [];
  for (const place of places) {
    const at = map.latLngToLayerPoint([place.lat, place.lon]);
    const near = groups.find((group) => group.at.distanceTo(at) < APART_PX);
    if (near) near.places.push(place);
    else groups.push({ at, places: [place] });
  }
  return groups;
}

function points(map, box, found) {
  const layer = L.layerGroup().addTo(map);
  const places = found.places ?? [];
  const show = () => {
    layer.clearLayers();
    for (const group of gathered(map, places)) dot(group.places).addTo(layer);
  };
  const spots = places.map((place) => [place.lat, place.lon]);
  if (found.centre) {
    L.circle([found.centre.lat, found.centre.lon], { radius: (found.radius_km ?? 1) * 1000, color: "#a4161a", weight: 2, fillOpacity: 0.04, interactive: false }).addTo(map);
    spots.push([found.centre.lat, found.centre.lon]);
  }
  if (spots.length > 0) map.fitBounds(L.latLngBounds(spots).pad(0.15), { maxZoom: 10 });
  map.on("zoomend", show);
  show();
}

function dot(places) {
  const count = places.reduce((sum, place) => sum + place.count, 0);
  const look = { radius: 6 + 3 * Math.log2(1 + count), color: "#073f41", weight: 1.5, fillColor: "#ffc53d", fillOpacity: 0.9 };
  const text = document.createElement("ul");
  text.className = "popup";
  for (const place of places.slice(0, 12)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = place.address;
    link.textContent = place.label;
    item.append(link);
    text.append(item);
  }
  const made = L.circleMarker([places[0].lat, places[0].lon], look).bindPopup(text, { maxHeight: 220 });
  if (count > 1) made.bindTooltip(String(count), { permanent: true, direction: "center", className: "dot-count" });
  return made;
}

const json = (address) =>
  address ? fetch(address).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null) : null;

for (const box of document.querySelectorAll("[data-map]")) draw(box);
