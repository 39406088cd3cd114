//! Contact sheets that a browser's canvas draws, and files for the fields of the page.

use serde_json::{Value, json};

use crate::Result;
use crate::page::Page;

/// A picture that the page's own canvas makes, as the bytes of a PNG: sheets of `columns` by `rows`
/// cells of `side` pixels; in each row one of three signs, drawn a little differently in each cell;
/// the last cell of the last row is blank.
///
/// # Errors
/// When the browser fails.
pub fn picture(page: &Page<'_>, columns: usize, rows: usize, side: usize) -> Result<Vec<u8>> {
    let script = "const [columns, rows, side, done] = arguments;\
        const canvas = document.createElement('canvas');\
        [canvas.width, canvas.height] = [columns * side, rows * side];\
        const context = canvas.getContext('2d');\
        context.fillStyle = '#fff'; context.fillRect(0, 0, canvas.width, canvas.height);\
        const signs = ['M20 52h65M52 20v65', 'M30 20v60h50', 'M30 25L75 80M75 25L30 80'];\
        for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {\
          if (row === rows - 1 && column === columns - 1 && columns > 1) continue;\
          context.setTransform(side / 105, 0, 0, side / 105, column * side, row * side);\
          context.rotate(0.02 * column); context.lineWidth = 4;\
          context.stroke(new Path2D(signs[row]));\
        }\
        canvas.toBlob(async blob => done([...new Uint8Array(await blob.arrayBuffer())]))";
    let bytes = page
        .session()
        .run_async(script, &[json!(columns), json!(rows), json!(side)])?;
    let byte = |byte: &Value| byte.as_u64().unwrap_or(0) as u8;
    Ok(bytes.as_array().into_iter().flatten().map(byte).collect())
}

/// As [`picture`], in a grid of lines with paper around it, turned a little.
///
/// # Errors
/// When the browser fails.
pub fn lined(page: &Page<'_>, columns: usize, rows: usize) -> Result<Vec<u8>> {
    let script = "const [columns, rows, done] = arguments;\
        const canvas = document.createElement('canvas'), side = 120.3;\
        [canvas.width, canvas.height] = [columns * side + 90, rows * side + 70];\
        const context = canvas.getContext('2d');\
        context.fillStyle = '#fff'; context.fillRect(0, 0, canvas.width, canvas.height);\
        const signs = ['M20 52h65M52 20v65', 'M30 20v60h50'];\
        const place = () => { context.setTransform(1, 0, 0, 1, 50, 25); context.rotate(0.03); };\
        place(); context.lineWidth = 2;\
        for (let at = 0; at <= columns; at += 1)\
          context.stroke(new Path2D(`M${at * side} 0v${rows * side}`));\
        for (let at = 0; at <= rows; at += 1)\
          context.stroke(new Path2D(`M0 ${at * side}h${columns * side}`));\
        for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {\
          if (row === rows - 1 && column === columns - 1) continue;\
          place(); context.translate(column * side, row * side); context.scale(side / 105, side / 105);\
          context.lineWidth = 4; context.stroke(new Path2D(signs[row]));\
        }\
        canvas.toBlob(async blob => done([...new Uint8Array(await blob.arrayBuffer())]))";
    let bytes = page
        .session()
        .run_async(script, &[json!(columns), json!(rows)])?;
    let byte = |byte: &Value| byte.as_u64().unwrap_or(0) as u8;
    Ok(bytes.as_array().into_iter().flatten().map(byte).collect())
}

/// Gives files to a field: names, paths in the chosen folder, bytes.
///
/// # Errors
/// When the browser fails.
pub fn give(page: &Page<'_>, handle: &str, files: &[(&str, &[u8])]) -> Result<()> {
    let script = "const input = document.querySelector(`[data-testid=${arguments[0]}]`);\
        const files = new DataTransfer();\
        for (const [path, bytes] of arguments[1]) {\
          const file = new File([new Uint8Array(bytes)], path.split('/').pop());\
          files.items.add(file);\
        }\
        input.files = files.files;\
        arguments[1].forEach(([path], at) => path.includes('/') &&\
          Object.defineProperty(input.files[at], 'webkitRelativePath', { value: path }));\
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session()
        .run(script, &[json!(handle), json!(files)])
        .map(drop)
}
