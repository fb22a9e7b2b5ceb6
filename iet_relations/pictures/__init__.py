"""Charts and the world map as SVG, the same for pages and the PDF."""
