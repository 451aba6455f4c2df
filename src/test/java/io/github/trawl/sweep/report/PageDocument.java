package io.github.trawl.sweep.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A page read by Java's XML parser, which refuses what is not closed or not escaped. */
final class PageDocument {
  private final Document document;

  private PageDocument(Document document) {
    this.document = document;
  }

  static PageDocument parse(String page) {
    try {
      String text = page.replace("<!DOCTYPE html>\n", "");
      StringBuilder xml = new StringBuilder();
      int at = 0;
      for (int start = text.indexOf("<script"); start >= 0; start = text.indexOf("<script", at)) {
        int content = text.indexOf('>', start) + 1;
        int end = text.indexOf("</script>", content);
        xml.append(text, at, content);
        xml.append(
            text.substring(content, end)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;"));
        at = end;
      }
      xml.append(text.substring(at));
      return new PageDocument(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(xml.toString()))));
    } catch (Exception e) {
      throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
    }
  }

  /** The elements of a tag, or of those that have an attribute ({@code div[data-chart]}). */
  List<Element> elements(String selector) {
    String tag = selector.replaceAll("[\\[#].*", "");
    NodeList all = document.getElementsByTagName(tag);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (selector.equals(tag)
          || (selector.contains("[") && element.hasAttribute(selector.replaceAll(".*\\[|\\]", "")))
          || (selector.contains("#")
              && element.getAttribute("id").equals(selector.replaceAll(".*#", "")))) {
        found.add(element);
      }
    }
    return found;
  }

  String text(String selector) {
    return elements(selector).get(0).getTextContent();
  }

  String attribute(String selector, String name) {
    return elements(selector).get(0).getAttribute(name);
  }

  List<String> ids() {
    return elements("*[id]").stream().map(element -> element.getAttribute("id")).toList();
  }

  /** The cells of the first table in the element of this id, the header first. */
  List<List<String>> rows(String id) {
    Element holder = elements("*#" + id).get(0);
    Element table =
        holder.getTagName().equals("table")
            ? holder
            : (Element) holder.getElementsByTagName("table").item(0);
    List<List<String>> rows = new ArrayList<>();
    NodeList lines = table.getElementsByTagName("tr");
    for (int i = 0; i < lines.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      NodeList parts = lines.item(i).getChildNodes();
      for (int k = 0; k < parts.getLength(); k++) {
        cells.add(parts.item(k).getTextContent());
      }
      rows.add(cells);
    }
    return rows;
  }
}
