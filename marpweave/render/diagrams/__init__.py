"""Diagrams: their colours, and what Mermaid and Graphviz draw of them."""
