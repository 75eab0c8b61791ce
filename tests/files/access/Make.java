// Writes the table of truths (files_truth.py) as Access databases, by Jackcess 4.0.8 and its two dependencies:
//   java -cp 'lib/*' Make.java truth.mdb V2003 && java -cp 'lib/*' Make.java truth.accdb V2010 && gzip -9n truth.*
import com.healthmarketscience.jackcess.*;
import java.io.File;
import java.math.BigDecimal;
import java.time.LocalDateTime;

public class Make {
    public static void main(String[] named) throws Exception {
        Database.FileFormat format = Database.FileFormat.valueOf(named[1]);
        try (Database book = DatabaseBuilder.create(format, new File(named[0]))) {
            Table table = new TableBuilder("truth")
                .addColumn(new ColumnBuilder("id", DataType.LONG))
                .addColumn(new ColumnBuilder("name", DataType.TEXT))
                .addColumn(new ColumnBuilder("price", DataType.MONEY))
                .addColumn(new ColumnBuilder("qty", DataType.LONG))
                .addColumn(new ColumnBuilder("day", DataType.SHORT_DATE_TIME))
                .addColumn(new ColumnBuilder("at", DataType.SHORT_DATE_TIME))
                .addColumn(new ColumnBuilder("open", DataType.BOOLEAN))
                .addColumn(new ColumnBuilder("note", DataType.MEMO))
                .addColumn(new ColumnBuilder("guid", DataType.GUID))
                .toTable(book);
            add(table, 1, "K\u00e4sekuchen", "12.50", 3, day(2024, 2, 29), at(2024, 2, 29, 12, 0, 1), true, null);
            add(table, 2, "said \"so\", twice", "-0.25", 0, day(1999, 12, 31), at(1999, 12, 31, 23, 59, 59), false, "x");
            add(table, 3, "007", "0.10", -7, day(2026, 1, 1), at(2026, 1, 1, 0, 0, 1), true, "a; b | c");
            add(table, 4, "O'Hara", "99999.99", 2147483647, day(2000, 1, 1), at(2000, 6, 1, 6, 30, 0), false, null);
            add(table, 5, "Zo\u00eb", null, 5, null, null, false, "long ".repeat(30) + "end");
        }
    }

    static void add(Table table, int id, String name, String price, int qty, LocalDateTime day, LocalDateTime at,
                    boolean open, String note) throws Exception {
        BigDecimal money = price == null ? null : new BigDecimal(price);
        String guid = String.format("{0000000%d-1111-2222-3333-44445555666%d}", id, id);
        table.addRow(id, name, money, qty, day, at, open, note, guid);
    }

    static LocalDateTime day(int year, int month, int day) {
        return LocalDateTime.of(year, month, day, 0, 0);
    }

    static LocalDateTime at(int year, int month, int day, int hour, int minute, int second) {
        return LocalDateTime.of(year, month, day, hour, minute, second);
    }
}
